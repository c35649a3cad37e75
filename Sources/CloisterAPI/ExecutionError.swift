// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The exception that ended an execution, as the interpreter claims it.
package struct ExecutionError: Codable, Sendable, Equatable {
    /// Qualified name of the exception.
    package var type: String
    package var message: String
    package var traceback: String
    /// Outermost first; of a deep stack the first and the last.
    package var frames: [TracebackFrame]

    package init(type: String, message: String, traceback: String, frames: [TracebackFrame] = []) {
        self.type = type
        self.message = message
        self.traceback = traceback
        self.frames = frames
    }

    private enum CodingKeys: String, CodingKey {
        case type
        case message
        case traceback
        case frames
    }
}

/// One call on the way to an exception.
package struct TracebackFrame: Codable, Sendable, Equatable {
    /// A path, or `<execution N>` for code of the session's N-th execution.
    package var file: String
    package var line: Int
    package var function: String
    /// The line's text, without what it is indented by; empty where it is not known.
    package var source: String

    package init(file: String, line: Int, function: String, source: String) {
        self.file = file
        self.line = line
        self.function = function
        self.source = source
    }

    private enum CodingKeys: String, CodingKey {
        case file, line, function, source
    }
}
