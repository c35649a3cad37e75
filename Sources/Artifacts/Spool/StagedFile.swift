// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// A captured file on its way into the spool. It is removed with the last reference unless it was published.
///
/// It holds no descriptor of its own: an execution may leave more files than a process may open.
final class StagedFile: Sendable {
    private let name: String
    private let directory: Descriptor

    init(name: String, directory: Descriptor) {
        self.name = name
        self.directory = directory
    }

    deinit {
        // After a successful rename there is nothing of this name any more.
        unlinkat(directory.number, name, 0)
    }

    func open() throws(SystemError) -> Descriptor {
        try Descriptor.open(at: directory, name, O_RDONLY | O_NOFOLLOW)
    }

    /// Gives the file its final name. False when there is such a file already.
    func publish(as final: String) throws(SystemError) -> Bool {
        let noReplace: CUnsignedInt = 1
        let result = cloister_rename(directory.number, name, directory.number, final, noReplace)
        if result == -EEXIST { return false }
        try check("rename in the spool", result)
        return true
    }
}
