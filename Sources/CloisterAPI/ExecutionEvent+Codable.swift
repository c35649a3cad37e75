// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import FoundationEssentials

extension ExecutionEvent: Codable {
    private enum CodingKeys: String, CodingKey {
        case sequence = "seq"
        case type, text, base64, offset, display, artifacts, execution
        case executionID = "execution_id"
        case sessionID = "session_id"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.sequence, forKey: .sequence)
        switch self.content {
        case .started(let execution, let session):
            try container.encode("started", forKey: .type)
            try container.encode(execution, forKey: .executionID)
            try container.encode(session, forKey: .sessionID)
        case .output(let chunk):
            try chunk.encode(into: &container, type: .type, text: .text, base64: .base64, offset: .offset)
        case .display(let display):
            try container.encode("display", forKey: .type)
            try container.encode(display, forKey: .display)
        case .artifacts(let artifacts):
            try container.encode("artifacts", forKey: .type)
            try container.encode(artifacts, forKey: .artifacts)
        case .result(let execution):
            try container.encode("result", forKey: .type)
            try container.encode(execution, forKey: .execution)
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.sequence = try container.decode(Int64.self, forKey: .sequence)
        let type = try container.decode(String.self, forKey: .type)
        switch type {
        case "started":
            self.content = .started(
                try container.decode(ExecutionID.self, forKey: .executionID),
                try container.decode(SessionID.self, forKey: .sessionID)
            )
        case "display":
            self.content = .display(try container.decode(Display.self, forKey: .display))
        case "artifacts":
            self.content = .artifacts(try container.decode([Artifact].self, forKey: .artifacts))
        case "result":
            self.content = .result(try container.decode(Execution.self, forKey: .execution))
        default:
            self.content = .output(
                try OutputChunk(type, in: container, type: .type, text: .text, base64: .base64, offset: .offset))
        }
    }
}

extension OutputChunk {
    /// The output event that has this type.
    init<Key>(
        _ name: String,
        in container: KeyedDecodingContainer<Key>,
        type: Key,
        text: Key,
        base64: Key,
        offset: Key
    ) throws {
        guard let stream = OutputStream(rawValue: name) else {
            throw DecodingError.dataCorruptedError(
                forKey: type, in: container, debugDescription: "not a type of event: \(name)"
            )
        }
        let bytes =
            if let text = try container.decodeIfPresent(String.self, forKey: text) {
                Array(text.utf8)
            } else {
                Array(try container.decode(Data.self, forKey: base64))
            }
        self.init(stream: stream, offset: try container.decode(Int64.self, forKey: offset), bytes: bytes)
    }

    func encode<Key>(
        into container: inout KeyedEncodingContainer<Key>,
        type: Key,
        text: Key,
        base64: Key,
        offset: Key
    ) throws {
        try container.encode(self.stream.rawValue, forKey: type)
        try container.encode(self.offset, forKey: offset)
        if let string = String(validating: self.bytes, as: UTF8.self) {
            try container.encode(string, forKey: text)
        } else {
            try container.encode(Data(self.bytes).base64EncodedString(), forKey: base64)
        }
    }
}
