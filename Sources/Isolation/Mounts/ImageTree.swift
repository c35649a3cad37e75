// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
package import Platform

/// One image, mounted read-only with its `/dev` and the driver, ready to be cloned for each session.
package struct ImageTree {
    package let name: String
    /// Where the tree is attached in the spawner's mount namespace.
    private let root: Descriptor
    /// The loop device that carries the image: device number for io limits.
    package let device: UInt64

    /// Mounts the erofs file on the stage. `name` comes from the spawner's own scan of its image directory.
    package init(name: String, file: Descriptor, stage: Stage) throws(SystemError) {
        var index: CInt = 0
        let loop = Descriptor(owning: try check("loop device for \(name)", cloister_loop_attach(file.number, &index)))
        device = UInt64(try check("loop device number", cloister_backing_device(loop.number)))
        let image = try Mount.make(
            "erofs", [("source", "/dev/loop\(index)"), ("ro", "")], [.readOnly, .noSetuid, .noDevices])
        // Looked at before it is attached, so that a bad image leaves nothing.
        let inside = try Descriptor.open(at: image, ".", O_RDONLY | O_DIRECTORY)
        for path in ["workspace", "tmp", "proc", "dev", "sys", "run", "opt/cloister/driver"] {
            try Self.requireDirectory(inside, path)
        }
        let images = try Descriptor.open(at: stage.directory, "images", O_RDONLY | O_DIRECTORY)
        try Stage.makeDirectory(images, name)
        try Mount.attach(image, to: images.number, name)
        root = try Descriptor.open(at: images, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        self.name = name
        try Mount.attach(try Mount.clone(stage.driver.number), to: root.number, "opt/cloister/driver")
        try Mount.attach(try DeviceDirectory.make(), to: root.number, "dev")
    }

    /// A symlink where a directory should be would lead the mounts of every session astray.
    private static func requireDirectory(_ root: Descriptor, _ path: String) throws(SystemError) {
        let resolve = UInt64(CLOISTER_RESOLVE_BENEATH | CLOISTER_RESOLVE_NO_SYMLINKS)
        let flags = O_DIRECTORY | CInt(CLOISTER_O_PATH)
        _ = Descriptor(
            owning: try check("image directory /\(path)", cloister_openat2(root.number, path, flags, 0, resolve)))
    }

    /// A detached clone of the whole tree.
    package func clone() throws(SystemError) -> Descriptor { try Mount.clone(root.number, recursive: true) }
}
