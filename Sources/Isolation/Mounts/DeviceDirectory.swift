// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// `/dev` of sessions: five devices that do nothing harmful, and mount points. One tree serves all sessions of an image,
/// read-only. The nodes are our own: the host's would show who else uses them.
enum DeviceDirectory {
    static let devices: [(name: String, major: UInt32, minor: UInt32)] = [
        ("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9),
    ]
    static let links = [
        ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"), ("ptmx", "pts/ptmx"),
    ]

    static func make() throws(SystemError) -> Descriptor {
        let mount = try Mount.make(
            "tmpfs", [("mode", "0755"), ("size", "4k"), ("nr_inodes", "32")], [.noSetuid, .noExecute])
        let root = try Descriptor.open(at: mount, ".", O_RDONLY | O_DIRECTORY)
        for name in ["pts", "shm"] { try Stage.makeDirectory(root, name) }
        for (name, target) in links { try checkPOSIX("symlink \(name)", symlinkat(target, root.number, name)) }
        for device in devices {
            try check(
                "mknod \(device.name)", cloister_make_device(root.number, device.name, device.major, device.minor))
        }
        try Mount.restrict(mount, [.readOnly, .noSetuid, .noExecute])
        return mount
    }
}
