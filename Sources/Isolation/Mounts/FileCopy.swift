// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// Copies small trusted trees at start.
enum FileCopy {
    static func copyTree(from source: Descriptor, to target: Descriptor, depth: Int = 0) throws(SystemError) {
        guard depth < 8 else { throw SystemError("copy: tree too deep", errno: ELOOP) }
        for entry in try DirectoryListing.entries(of: source) {
            if entry.isDirectory {
                try Stage.makeDirectory(target, entry.name)
                try copyTree(
                    from: try Descriptor.open(at: source, entry.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
                    to: try Descriptor.open(at: target, entry.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
                    depth: depth + 1)
            } else if entry.isRegular {
                let file = try Descriptor.open(at: source, entry.name, O_RDONLY | O_NOFOLLOW)
                try copyFile(file, to: target, entry.name, mode: try isExecutable(file) ? 0o555 : 0o444)
            }
        }
    }

    private static func isExecutable(_ file: Descriptor) throws(SystemError) -> Bool {
        var status = cloister_stat()
        try check("stat", cloister_fstat(file.number, &status))
        return status.mode & 0o100 != 0
    }

    static func copyFile(_ source: Descriptor, to directory: Descriptor, _ name: String, mode: mode_t)
        throws(SystemError)
    {
        let target = try Descriptor.open(at: directory, name, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try checkPOSIX("read \(name)", read(source.number, &buffer, buffer.count))
            guard count > 0 else { break }
            let written = try checkPOSIX("write \(name)", write(target.number, buffer, count))
            guard written == count else { throw SystemError("write \(name)", errno: ENOSPC) }
        }
        try checkPOSIX("chmod \(name)", fchmod(target.number, mode))
    }
}
