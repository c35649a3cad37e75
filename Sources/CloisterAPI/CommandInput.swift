// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import FoundationEssentials

/// Body of `POST /v1/sessions/{id}/commands/{cid}/stdin`.
package struct CommandInput: Codable, Sendable, Equatable {
    package var bytes: [UInt8]
    /// Standard input ends after the bytes.
    package var isLast: Bool

    package static let maximumBytes = CommandRequest.maximumStdinBytes

    package init(bytes: [UInt8] = [], isLast: Bool = false) {
        self.bytes = bytes
        self.isLast = isLast
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        let text = try container.decodeIfPresent(String.self, forKey: .text)
        let binary = try container.decodeIfPresent(String.self, forKey: .base64)
        guard text == nil || binary == nil else {
            throw CloisterError.field("text", "or base64 must be given, not both")
        }
        let bytes = try text.map { Array($0.utf8) } ?? binary.map(Self.decode) ?? []
        guard bytes.count <= Self.maximumBytes else {
            throw CloisterError(
                .payloadTooLarge, "The input is larger than \(Self.maximumBytes) bytes.",
                remedy: "Send it in several requests."
            )
        }
        self.bytes = bytes
        self.isLast = try container.decodeIfPresent(Bool.self, forKey: .isLast) ?? false
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Data(self.bytes).base64EncodedString(), forKey: .base64)
        try container.encode(self.isLast, forKey: .isLast)
    }

    private static func decode(_ text: String) throws -> [UInt8] {
        guard let data = Data(base64Encoded: text) else { throw CloisterError.field("base64", "must be base64") }
        return Array(data)
    }

    private enum CodingKeys: String, CodingKey {
        case text, base64
        case isLast = "eof"
    }
}

/// Body of `POST /v1/sessions/{id}/commands/{cid}/signal`.
package struct CommandSignalRequest: Codable, Sendable, Equatable {
    package var signal: CommandSignalName
    /// Also for what the command has started, unless that made a group of its own.
    package var toGroup: Bool

    package init(_ signal: CommandSignalName, toGroup: Bool = true) {
        self.signal = signal
        self.toGroup = toGroup
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        self.signal = try container.decode(CommandSignalName.self, forKey: .signal)
        self.toGroup = try container.decodeIfPresent(Bool.self, forKey: .toGroup) ?? true
    }

    private enum CodingKeys: String, CodingKey {
        case signal
        case toGroup = "group"
    }
}

/// The signals that a command can be sent.
package enum CommandSignalName: String, Codable, Sendable, CaseIterable {
    case hangup = "SIGHUP"
    case interrupt = "SIGINT"
    case quit = "SIGQUIT"
    case kill = "SIGKILL"
    case user1 = "SIGUSR1"
    case user2 = "SIGUSR2"
    case terminate = "SIGTERM"
    case proceed = "SIGCONT"
    case stop = "SIGSTOP"
    case terminalStop = "SIGTSTP"
    case windowChange = "SIGWINCH"
}
