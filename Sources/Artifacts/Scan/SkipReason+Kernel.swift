// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

extension SkipReason {
    /// What an open or stat that failed means for the report.
    init(errno: CInt) {
        switch errno {
        case ELOOP, ENOTDIR: self = .symlink
        case EXDEV: self = .otherFileSystem
        // EWOULDBLOCK: somebody holds a lease on the file.
        case EACCES, EPERM, EWOULDBLOCK, ETXTBSY: self = .unreadable
        case ENOSPC, EDQUOT: self = .spoolFull
        default: self = .inputOutput
        }
    }

    /// What a thing is that is neither file nor directory.
    init(mode: UInt32) {
        switch mode & S_IFMT {
        case S_IFLNK: self = .symlink
        case S_IFIFO: self = .fifo
        case S_IFSOCK: self = .socket
        case S_IFCHR, S_IFBLK: self = .device
        default: self = .unknownType
        }
    }
}
