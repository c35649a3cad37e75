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

    package enum Interrupter: UInt8, Sendable {
        case keyboardInterrupt = 1
        case cancellation = 2
        case force = 3
    }

    /// One line of a traceback.
    package struct Frame: Sendable, Equatable {
        package var file: String
        package var line: UInt32
        package var function: String
        package var source: String

        package init(file: String, line: UInt32, function: String, source: String) {
            self.file = file
            self.line = line
            self.function = function
            self.source = source
        }
    }

    package struct Failure: Sendable, Equatable {
        package var type: String
        package var message: String
        package var traceback: String
        package var frames: [Frame]

        package init(type: String, message: String, traceback: String, frames: [Frame] = []) {
            self.type = type
            self.message = message
            self.traceback = traceback
            self.frames = frames
        }
    }

    package var status: Status
    /// `repr` of the last expression; nil if there is none or it is `None`.
    package var value: String?
    package var failure: Failure?
    package var wallNanoseconds: UInt64?
    package var exitCode: Int32?
    package var mimeEntries: [MIMEEntry]
    /// Of the value's MIME bundle: the text of a JSON object.
    package var metadata: String?
    /// What ended code that was interrupted.
    package var interruptedBy: Interrupter?

    package init(
        status: Status,
        value: String? = nil,
        failure: Failure? = nil,
        wallNanoseconds: UInt64? = nil,
        exitCode: Int32? = nil,
        mimeEntries: [MIMEEntry] = [],
        metadata: String? = nil
    ) {
        self.status = status
        self.value = value
        self.failure = failure
        self.wallNanoseconds = wallNanoseconds
        self.exitCode = exitCode
        self.mimeEntries = mimeEntries
        self.metadata = metadata
    }
}
