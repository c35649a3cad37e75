// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// A directory in a cgroup file system: small operations with named steps.
struct CgroupTree {
    let directory: Descriptor

    init(_ directory: Descriptor) { self.directory = directory }

    init(path: String) throws(SystemError) { directory = try Descriptor.open(path, O_RDONLY | O_DIRECTORY) }

    static func isVersion2(_ path: String) throws(SystemError) -> Bool {
        let directory = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
        var total: UInt64 = 0
        var available: UInt64 = 0
        return try check("statfs \(path)", cloister_filesystem(directory.number, &total, &available)) == 0x6367_7270
    }

    /// The child group, made if it is not there.
    func child(_ name: String) throws(SystemError) -> CgroupTree {
        if mkdirat(directory.number, name, 0o755) < 0, errno != EEXIST {
            throw SystemError("mkdir cgroup \(name)", errno: errno)
        }
        return CgroupTree(try Descriptor.open(at: directory, name, O_RDONLY | O_DIRECTORY))
    }

    /// A child group that must not exist yet.
    func newChild(_ name: String) throws(SystemError) -> CgroupTree {
        try checkPOSIX("mkdir cgroup \(name)", mkdirat(directory.number, name, 0o755))
        return CgroupTree(try Descriptor.open(at: directory, name, O_RDONLY | O_DIRECTORY))
    }

    func open(_ file: String, _ flags: CInt) throws(SystemError) -> Descriptor {
        try Descriptor.open(at: directory, file, flags)
    }

    func has(_ file: String) -> Bool { faccessat(directory.number, file, F_OK, 0) == 0 }

    func write(_ file: String, _ value: String) throws(SystemError) {
        do { try open(file, O_WRONLY).write(value) } catch {
            throw SystemError("cgroup \(file)=\(value)", errno: error.errno)
        }
    }

    func read(_ file: String) throws(SystemError) -> String { try open(file, O_RDONLY).readText(limit: 1 << 16) }

    /// Gives a file to a user or a group, who may then write to it; `nil` leaves it to root.
    func give(_ file: String, user: UInt32? = nil, group: UInt32? = nil) throws(SystemError) {
        let descriptor = try open(file, O_RDONLY)
        try checkPOSIX("chown \(file)", fchown(descriptor.number, user ?? 0, group ?? 0))
        if group != nil { try checkPOSIX("chmod \(file)", fchmod(descriptor.number, 0o664)) }
    }

    /// A child group that is there.
    func existingChild(_ name: String) throws(SystemError) -> CgroupTree {
        CgroupTree(try Descriptor.open(at: directory, name, O_RDONLY | O_DIRECTORY))
    }

    /// Read-write where the kernel lets the value be reset, else read-only.
    func openReadWrite(_ file: String) throws(SystemError) -> Descriptor {
        if let both = try? open(file, O_RDWR) { return both }
        return try open(file, O_RDONLY)
    }

    /// Removes the child and its leaves; true when it is gone.
    func removeChild(_ name: String, leaves: [String]) -> Bool {
        for leaf in leaves { unlinkat(directory.number, "\(name)/\(leaf)", AT_REMOVEDIR) }
        return unlinkat(directory.number, name, AT_REMOVEDIR) == 0 || errno == ENOENT
    }

    func childNames() throws(SystemError) -> [String] {
        let copy = try Descriptor.open(at: directory, ".", O_RDONLY | O_DIRECTORY)
        return try DirectoryListing.entries(of: copy).filter(\.isDirectory).map(\.name)
    }

    static let leaves = ["run", "keep"]
}
