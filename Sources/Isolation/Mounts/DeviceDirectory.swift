// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// `/dev` of sessions: five devices that do nothing harmful, and mount points. One tree serves all sessions, read-only.
enum DeviceDirectory {
    static let devices: [(name: String, major: UInt64, minor: UInt64)] = [
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
            _ = try Descriptor.open(at: root, device.name, O_WRONLY | O_CREAT | O_EXCL, mode: 0o666)
        }
        try Mount.restrict(mount, [.readOnly, .noSetuid, .noExecute])
        return mount
    }

    /// Binds the host's nodes onto the empty files, after a look at what they are.
    static func fill(_ directory: Descriptor) throws(SystemError) {
        for device in devices {
            let node = try Mount.clone(AT_FDCWD, "/dev/\(device.name)")
            var status = cloister_stat()
            try check("stat /dev/\(device.name)", cloister_fstat(node.number, &status))
            guard status.mode & UInt32(S_IFMT) == UInt32(S_IFCHR), isDevice(node, device.major, device.minor) else {
                throw SystemError("/dev/\(device.name) is not the device it should be", errno: ENODEV)
            }
            try Mount.restrict(node, [.noSetuid, .noExecute])
            try Mount.attach(node, to: directory.number, device.name)
        }
    }

    private static func isDevice(_ node: Descriptor, _ major: UInt64, _ minor: UInt64) -> Bool {
        var status = stat()
        guard fstat(node.number, &status) == 0 else { return false }
        return status.st_rdev == major << 8 | minor
    }
}
