// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
package import Platform

/// A new file that has no name until it is complete.
///
/// Where the file system cannot make nameless files it has a temporary name that starts with `.new-`; such names left
/// by a crash are rubbish.
package struct AtomicFile: ~Copyable {
    package static let temporaryPrefix = ".new-"

    package let file: Descriptor
    private let directory: Descriptor
    private var temporaryName: String?

    package init(in directory: Descriptor, mode: UInt32 = 0o600) throws(SystemError) {
        self.directory = directory
        let nameless = openat(directory.number, ".", namelessFlags, mode)
        if nameless >= 0 {
            file = Descriptor(owning: nameless)
            temporaryName = nil
            return
        }
        guard errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL else {
            throw SystemError("open a nameless file", errno: errno)
        }
        let name = Self.temporaryPrefix + String(UInt64.random(in: .min ... .max), radix: 36)
        file = try Descriptor.open(at: directory, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
        temporaryName = name
    }

    deinit {
        if let temporaryName { unlinkat(directory.number, temporaryName, 0) }
    }

    /// Gives the file its name. False, and the file is gone with this value, when the name is taken.
    package mutating func publish(as name: String) throws(SystemError) -> Bool {
        let result: CInt
        if let temporaryName {
            result = cloister_rename(directory.number, temporaryName, directory.number, name, renameNoReplace)
        } else {
            result = cloister_link_descriptor(file.number, directory.number, name)
        }
        if result == -EEXIST { return false }
        try check("name a new file", result)
        temporaryName = nil
        return true
    }
}

private let renameNoReplace: CUnsignedInt = 1
private let namelessFlags = CInt(CLOISTER_O_TMPFILE) | O_RDWR | O_CLOEXEC
