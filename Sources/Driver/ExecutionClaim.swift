// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What the driver says of an execution. All of it is a claim of untrusted code.
package struct ExecutionClaim: Sendable, Equatable {
    package enum Status: UInt8, Sendable {
        case ok = 0
        case error = 1
        case interrupted = 2
        /// `SystemExit` was raised; the namespace lives on.
        case exit = 3
    }

    /// One representation of the value, or of something displayed.
    package struct MIMEEntry: Sendable, Equatable {
        package var type: String
        package var data: [UInt8]

        package init(type: String, data: [UInt8]) {
            self.type = type
            self.data = data
        }
    }

    package struct Failure: Sendable, Equatable {
        package var type: String
        package var message: String
        package var traceback: String

        package init(type: String, message: String, traceback: String) {
            self.type = type
            self.message = message
            self.traceback = traceback
        }
    }

    package var status: Status
    /// `repr` of the last expression; nil if there is none or it is `None`.
    package var value: String?
    package var failure: Failure?
    package var wallNanoseconds: UInt64?
    package var exitCode: Int32?
    package var mimeEntries: [MIMEEntry]

    package init(
        status: Status,
        value: String? = nil,
        failure: Failure? = nil,
        wallNanoseconds: UInt64? = nil,
        exitCode: Int32? = nil,
        mimeEntries: [MIMEEntry] = []
    ) {
        self.status = status
        self.value = value
        self.failure = failure
        self.wallNanoseconds = wallNanoseconds
        self.exitCode = exitCode
        self.mimeEntries = mimeEntries
    }
}
