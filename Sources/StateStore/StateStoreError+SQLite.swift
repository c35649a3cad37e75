// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import GRDB
import Glibc

extension StateStoreError {
    /// Brings every error to this one type.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StateStoreError: self = error
        case let error as DatabaseError: self.init(error, path: path)
        default:
            self.init(.failed, "the state database \(path) failed", remedy: Self.report, cause: "\(error)")
        }
    }

    static func corrupt(path: String, cause: String) -> StateStoreError {
        StateStoreError(
            .corrupt,
            "the state database \(path) is damaged or not a database of Cloister",
            remedy: "nothing was changed: stop the daemon, move the file with its -wal and -shm aside, "
                + "and put a backup in its place; without one the daemon starts empty",
            cause: cause
        )
    }

    static func inputOutput(_ message: String, errno code: Int32) -> StateStoreError {
        StateStoreError(
            .inputOutput,
            message,
            remedy: "check the disk and the kernel's log, then restart the daemon",
            cause: String(cString: strerror(code))
        )
    }

    private static let report = "read the cause; restart the daemon when it does not go away"

    private init(_ error: DatabaseError, path: String) {
        // The SQL text and its arguments stay out: arguments hold users' code.
        let cause = "\(error.extendedResultCode): \(error.message ?? "no message")"
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self = .corrupt(path: path, cause: cause)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .busy, "the state database \(path) is locked by another process",
                remedy: "end the other program that holds it open (a second daemon, sqlite3)", cause: cause)
        case .SQLITE_FULL:
            self.init(
                .full, "there is no room for the state database \(path)",
                remedy: "free space on its file system", cause: cause)
        case .SQLITE_IOERR:
            self.init(
                .inputOutput, "the state database \(path) cannot be read or written",
                remedy: "check the disk and the kernel's log", cause: cause)
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
            self.init(
                .cannotOpen, "the state database \(path) cannot be opened for writing",
                remedy: "check that the file and its directory belong to the daemon's user", cause: cause)
        case .SQLITE_CONSTRAINT:
            self.init(
                .conflict, "the change contradicts what the state database holds",
                remedy: "repeat the request with an id and a name that are not in use", cause: cause)
        default:
            self.init(.failed, "the state database \(path) failed", remedy: Self.report, cause: cause)
        }
    }
}
