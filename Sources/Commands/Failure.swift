// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterClient

/// The end of a command that did not do what was asked: a sentence for the person, a code for scripts.
struct Failure: Error {
    var message: String
    var exitCode: Int32

    /// The daemon said no.
    static let refused: Int32 = 1
    /// No daemon answers (EX_UNAVAILABLE).
    static let unavailable: Int32 = 69
    /// `exec` itself failed, not the code (as with docker run).
    static let execFailed: Int32 = 125

    /// The reader of a pipe is gone (128 + SIGPIPE).
    static let brokenPipe: Int32 = 141

    init(_ message: String, exitCode: Int32 = Failure.refused) {
        self.message = message
        self.exitCode = exitCode
    }

    init(_ error: ClientError, exitCode: Int32) {
        self.message = "\(error)"
        if case .unreachable = error {
            self.exitCode = exitCode == Self.execFailed ? exitCode : Self.unavailable
        } else {
            self.exitCode = exitCode
        }
    }
}
