// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// One line of an execution's event stream.
package struct ExecutionEvent: Sendable, Equatable {
    /// From 1, without gaps, per execution.
    package var sequence: Int64
    package var content: Content

    package enum Content: Sendable, Equatable {
        case started(ExecutionID, SessionID)
        case output(OutputChunk)
        case display(Display)
        case artifacts([Artifact])
        /// Always the last.
        case result(Execution)
    }

    package init(sequence: Int64, content: Content) {
        self.sequence = sequence
        self.content = content
    }
}

package enum OutputStream: String, Codable, Sendable, CaseIterable {
    case stdout
    case stderr
}

/// Bytes that the execution wrote. Producers cut at UTF-8 boundaries where they can: a chunk that is valid UTF-8 goes
/// over the wire as text, any other one as base64.
package struct OutputChunk: Sendable, Equatable {
    package var stream: OutputStream
    /// Position of the first byte in the execution's output of this stream.
    package var offset: Int64
    package var bytes: [UInt8]

    package init(stream: OutputStream, offset: Int64, bytes: [UInt8]) {
        self.stream = stream
        self.offset = offset
        self.bytes = bytes
    }
}
