// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
package import Platform

/// User namespaces seen from outside.
package enum UserNamespace {
    /// Writes the maps of the namespace that the child `pid` was born with. The child must not have been reaped.
    package static func map(pid: Int32, users: String, groups: String) throws(SystemError) {
        try Descriptor.open("/proc/\(pid)/setgroups", O_WRONLY).write("deny")
        try Descriptor.open("/proc/\(pid)/uid_map", O_WRONLY).write(users)
        try Descriptor.open("/proc/\(pid)/gid_map", O_WRONLY).write(groups)
    }

    package static func descriptor(pid: Int32) throws(SystemError) -> Descriptor {
        try Descriptor.open("/proc/\(pid)/ns/user", O_RDONLY)
    }

    /// A namespace without processes that maps the workspace's user and group on disk to the owner's, for id-mapped mounts.
    /// Through it a file can only be made by somebody whose user and group are both mapped.
    package static func mapping(onDisk: UInt32, toUser user: UInt32, group: UInt32) throws(SystemError) -> Descriptor {
        var pidfd: CInt = -1
        let pid = try check("clone", cloister_clone(UInt64(CLOISTER_CLONE_NEWUSER), -1, &pidfd))
        if pid == 0 { while true { pause() } }
        let handle = Descriptor(owning: pidfd)
        defer {
            _ = cloister_pidfd_signal(handle.number, SIGKILL)
            var status: CInt = 0
            waitpid(pid, &status, 0)
        }
        try map(pid: pid, users: "\(onDisk) \(user) 1\n", groups: "\(onDisk) \(group) 1\n")
        return try descriptor(pid: pid)
    }
}
