// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Glibc
package import Platform

/// The daemon's own directory of output logs: one directory a session, one file an execution or a command.
package struct OutputDirectory: Sendable {
    private let root: Descriptor

    /// `root` is an open directory that only the daemon may enter.
    package init(root: Descriptor) { self.root = root }

    /// The log of the execution or command, empty; one that is there already is emptied.
    func create(_ name: String, in session: SessionID) throws(SystemError) -> Descriptor {
        let path = Self.path(name, session)
        do throws(SystemError) {
            return try Descriptor.open(at: root, path, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
        } catch {
            guard error.errno == ENOENT else { throw error }
        }
        if mkdirat(root.number, session.description, 0o700) != 0, errno != EEXIST {
            throw SystemError("mkdirat output", errno: errno)
        }
        return try Descriptor.open(at: root, path, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
    }

    /// The log, or nil when nothing was written.
    func open(_ name: String, in session: SessionID) throws(SystemError) -> Descriptor? {
        do throws(SystemError) {
            return try Descriptor.open(at: root, Self.path(name, session), O_RDWR | O_NOFOLLOW)
        } catch {
            guard error.errno == ENOENT else { throw error }
            return nil
        }
    }

    /// Removes the logs of a session.
    func remove(_ session: SessionID) {
        guard let directory = try? Descriptor.open(at: root, session.description, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        else { return }
        for name in (try? DirectoryReader(directory).names()) ?? [] { unlinkat(directory.number, name, 0) }
        unlinkat(root.number, session.description, AT_REMOVEDIR)
    }

    /// `name` is an identifier's text.
    private static func path(_ name: String, _ session: SessionID) -> String {
        "\(session)/\(name).log"
    }
}
