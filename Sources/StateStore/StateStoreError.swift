// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What went wrong with the state database, and what a person can do about it.
package struct StateStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The file or its directory cannot be opened.
        case cannotOpen = "cannot_open"
        /// Not a database, not ours, or damaged. The file is left as it is.
        case corrupt
        /// Written by a newer Cloister.
        case newerSchema = "newer_schema"
        /// Another process holds the write lock.
        case busy
        /// The file system is full.
        case full
        /// The kernel reported an error while reading, writing or syncing.
        case inputOutput = "input_output"
        /// A row that must exist does not.
        case notFound = "not_found"
        /// A row that must not exist does, or a change does not fit the row's state.
        case conflict
        /// A cursor that this store has not given out.
        case invalidCursor = "invalid_cursor"
        /// Anything else SQLite reports.
        case failed
    }

    package var code: Code
    package var message: String
    package var remedy: String
    /// The underlying report, from SQLite or the kernel.
    package var cause: String?

    package init(_ code: Code, _ message: String, remedy: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.cause = cause
    }

    package var description: String {
        let reason = cause.map { " (\($0))" } ?? ""
        return "\(message)\(reason); \(remedy)"
    }
}
