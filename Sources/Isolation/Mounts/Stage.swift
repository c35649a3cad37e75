// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
package import Platform

/// The spawner's private tmpfs: mount points and trusted files that sessions get read-only clones of.
///
/// It lives in a mount namespace of the spawner's own, so that nothing of it is seen on the host or outlives the
/// spawner.
package struct Stage {
    package let path: String
    package let directory: Descriptor
    /// What entries of `/proc` are covered with: `file` and `directory`, both empty, and `view`, a place for the
    /// session's own files.
    package let covers: Descriptor
    /// The static init, to be executed by descriptor.
    package let initProgram: Descriptor
    /// The native part of zygotes, sealed in memory: a file's path would show in the memory maps of sessions. `nil` when
    /// there are to be no zygotes.
    package let zygoteLibrary: Descriptor?
    let driver: Descriptor
    /// Kernel 6.15 and later clone a mount that is attached nowhere.
    package let clonesDetachedMounts: Bool

    /// Enters a private mount namespace and builds the stage on the directory `path`.
    package init(path: String, initProgram: String, driverDirectory: String, zygoteLibrary: String)
        throws(SystemError)
    {
        try check("unshare mount namespace", cloister_unshare(UInt64(CLOISTER_CLONE_NEWNS)))
        try check("make / a slave", cloister_make_slave("/"))
        let stage = try Mount.make("tmpfs", [("mode", "0700"), ("size", "64m")], .closed.subtracting(.noExecute))
        try Mount.attach(stage, to: AT_FDCWD, path)
        self.path = path
        directory = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
        for name in ["images", "workspaces", "covers", "driver"] { try Self.makeDirectory(directory, name) }
        // Attached, because kernels before 6.15 clone nothing that is detached.
        covers = try Self.attach(try Self.makeCovers(), directory, "covers")
        driver = try Self.attach(try Self.makeDriver(from: driverDirectory), directory, "driver")
        let probe = try Mount.make("tmpfs", [("size", "4k")], .closed)
        clonesDetachedMounts = (try? Mount.clone(probe.number)) != nil
        self.initProgram = try Self.copyProgram(initProgram, to: directory)
        self.zygoteLibrary = zygoteLibrary.isEmpty ? nil : try Self.seal(zygoteLibrary)
    }

    private static func attach(_ mount: Descriptor, _ directory: Descriptor, _ name: String) throws(SystemError)
        -> Descriptor
    {
        try Mount.attach(mount, to: directory.number, name)
        return try Descriptor.open(at: directory, name, O_RDONLY | O_DIRECTORY)
    }

    static func makeDirectory(_ directory: Descriptor, _ name: String, mode: mode_t = 0o755) throws(SystemError) {
        try checkPOSIX("mkdir \(name)", mkdirat(directory.number, name, mode))
    }

    private static func makeCovers() throws(SystemError) -> Descriptor {
        let mount = try Mount.make("tmpfs", [("mode", "0555"), ("size", "4k"), ("nr_inodes", "8")], .closed)
        let root = try Descriptor.open(at: mount, ".", O_RDONLY | O_DIRECTORY)
        for name in ["directory", "view"] { try makeDirectory(root, name, mode: 0o555) }
        _ = try Descriptor.open(at: root, "file", O_WRONLY | O_CREAT | O_EXCL, mode: 0o444)
        try Mount.restrict(mount, .closed.union(.readOnly))
        return mount
    }

    private static func makeDriver(from source: String) throws(SystemError) -> Descriptor {
        // A part of the driver is a library, and what starts commands lies beside it.
        let attributes = MountAttributes.closed.subtracting(.noExecute)
        let mount = try Mount.make("tmpfs", [("mode", "0755"), ("size", "16m")], attributes)
        let root = try Descriptor.open(at: mount, ".", O_RDONLY | O_DIRECTORY)
        try FileCopy.copyTree(from: try Descriptor.open(source, O_RDONLY | O_DIRECTORY), to: root)
        try Mount.restrict(mount, attributes.union(.readOnly))
        return mount
    }

    private static func seal(_ path: String) throws(SystemError) -> Descriptor {
        let bytes = try Descriptor.open(path, O_RDONLY).readStart(limit: 1 << 20)
        return Descriptor(
            owning: try check("memory for \(path)", cloister_sealed_memfd("cloister-zygote", bytes, bytes.count)))
    }

    private static func copyProgram(_ source: String, to directory: Descriptor) throws(SystemError) -> Descriptor {
        let name = "cloister-init"
        try FileCopy.copyFile(try Descriptor.open(source, O_RDONLY), to: directory, name, mode: 0o555)
        return try Descriptor.open(at: directory, name, O_RDONLY)
    }
}
