// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// Opens one name in one directory and never anything else: no symbolic link, no magic link, no other mount, no `..`.
enum ConfinedOpen {
    private static let resolve =
        UInt64(CLOISTER_RESOLVE_BENEATH) | UInt64(CLOISTER_RESOLVE_NO_SYMLINKS)
        | UInt64(CLOISTER_RESOLVE_NO_MAGICLINKS) | UInt64(CLOISTER_RESOLVE_NO_XDEV)

    static func directory(_ name: UnsafePointer<CChar>, in parent: Descriptor) throws(SystemError) -> Descriptor {
        try open(name, in: parent, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
    }

    /// A regular file for reading, with what the kernel says of it; nil when the name means something else.
    ///
    /// The first descriptor cannot read or wait, so that looking at a FIFO or a device has no effect; only a
    /// regular file is opened again through it.
    static func regularFile(
        _ name: UnsafePointer<CChar>, in parent: Descriptor
    ) throws(SystemError) -> (file: Descriptor, status: cloister_stat)? {
        let handle = try open(name, in: parent, CInt(CLOISTER_O_PATH) | O_NOFOLLOW)
        let first = try status(handle)
        guard first.mode & S_IFMT == S_IFREG else { return nil }
        let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY
        let file = try Descriptor.open("/proc/self/fd/\(handle.number)", flags)
        let second = try status(file)
        let isSame = first.device == second.device && first.inode == second.inode
        guard isSame, second.mode & S_IFMT == S_IFREG else { return nil }
        return (file, second)
    }

    static func status(_ file: Descriptor) throws(SystemError) -> cloister_stat {
        var status = cloister_stat()
        try check("fstat", cloister_fstat(file.number, &status))
        return status
    }

    private static func open(
        _ name: UnsafePointer<CChar>, in parent: Descriptor, _ flags: CInt
    ) throws(SystemError) -> Descriptor {
        Descriptor(owning: try check("openat2", cloister_openat2(parent.number, name, flags, 0, resolve)))
    }
}
