// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// One line of a command's event stream.
package struct CommandEvent: Sendable, Equatable {
    /// From 1, without gaps, per command.
    package var sequence: Int64
    package var content: Content

    package enum Content: Sendable, Equatable {
        case started(CommandID, SessionID)
        case output(OutputChunk)
        /// Always the last.
        case result(Command)
    }

    package init(sequence: Int64, content: Content) {
        self.sequence = sequence
        self.content = content
    }
}

/// A line of an event stream, of whatever it tells.
package protocol StreamedEvent: Codable, Sendable {
    /// What the event brings, if it is output.
    var chunk: OutputChunk? { get }
    var sequence: Int64 { get }
}

extension CommandEvent: StreamedEvent {
    package var chunk: OutputChunk? { if case .output(let chunk) = self.content { chunk } else { nil } }
}

extension ExecutionEvent: StreamedEvent {
    package var chunk: OutputChunk? { if case .output(let chunk) = self.content { chunk } else { nil } }
}

extension CommandEvent: Codable {
    private enum CodingKeys: String, CodingKey {
        case sequence = "seq"
        case type, text, base64, offset, command
        case commandID = "command_id"
        case sessionID = "session_id"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.sequence, forKey: .sequence)
        switch self.content {
        case .started(let command, let session):
            try container.encode("started", forKey: .type)
            try container.encode(command, forKey: .commandID)
            try container.encode(session, forKey: .sessionID)
        case .output(let chunk):
            try chunk.encode(into: &container, type: .type, text: .text, base64: .base64, offset: .offset)
        case .result(let command):
            try container.encode("result", forKey: .type)
            try container.encode(command, forKey: .command)
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.sequence = try container.decode(Int64.self, forKey: .sequence)
        let type = try container.decode(String.self, forKey: .type)
        switch type {
        case "started":
            self.content = .started(
                try container.decode(CommandID.self, forKey: .commandID),
                try container.decode(SessionID.self, forKey: .sessionID)
            )
        case "result":
            self.content = .result(try container.decode(Command.self, forKey: .command))
        default:
            self.content = .output(
                try OutputChunk(type, in: container, type: .type, text: .text, base64: .base64, offset: .offset))
        }
    }
}
