// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The exception that ended an execution, as the interpreter claims it.
package struct ExecutionError: Codable, Sendable, Equatable {
    /// Qualified name of the exception.
    package var type: String
    package var message: String
    package var traceback: String

    package init(type: String, message: String, traceback: String) {
        self.type = type
        self.message = message
        self.traceback = traceback
    }

    private enum CodingKeys: String, CodingKey {
        case type
        case message
        case traceback
    }
}
