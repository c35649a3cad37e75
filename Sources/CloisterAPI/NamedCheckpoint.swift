// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A copy of a session's interpreter that a caller asked for and can go back to as often as it likes.
package struct NamedCheckpoint: Codable, Sendable, Equatable {
    package var name: String
    package var createdAt: Timestamp
    /// The last execution whose effects it holds.
    @Nullable package var executionID: ExecutionID?

    package init(name: String, createdAt: Timestamp, executionID: ExecutionID?) {
        self.name = name
        self.createdAt = createdAt
        self.executionID = executionID
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case createdAt = "created_at"
        case executionID = "execution_id"
    }
}

/// Body of `GET /v1/sessions/{id}/checkpoints`.
package struct CheckpointList: Codable, Sendable, Equatable {
    package var checkpoints: [NamedCheckpoint]

    package init(checkpoints: [NamedCheckpoint]) { self.checkpoints = checkpoints }

    private enum CodingKeys: String, CodingKey { case checkpoints }
}

/// Body of `POST /v1/sessions/{id}/checkpoints` and `POST /v1/sessions/{id}/rollback`.
package struct CheckpointRequest: Codable, Sendable, Equatable {
    package var name: String

    package static let maximumNameLength = 40

    package init(name: String) { self.name = name }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        guard Self.isName(name) else {
            throw CloisterError.field("name", "must be 1 to 40 of a–z, A–Z, 0–9, '.', '_', '-'")
        }
    }

    package static func isName(_ text: String) -> Bool {
        (1...maximumNameLength).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private enum CodingKeys: String, CodingKey { case name }
}
