// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Body of `POST …/complete` and `POST …/inspect`: a place in code that is being written.
package struct CodePosition: Codable, Sendable, Equatable {
    package var code: String
    /// In characters (Unicode scalars); absent: the end.
    package var cursor: UInt32?
    /// 1 asks for the source as well; of `inspect` alone.
    package var detail: Int?

    package static let maximumCodeBytes = 1 << 20

    package init(code: String, cursor: UInt32? = nil, detail: Int? = nil) {
        self.code = code
        self.cursor = cursor
        self.detail = detail
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        code = try container.decode(String.self, forKey: .code)
        let cursor = try container.number(Int64.self, forKey: .cursor)
        let detail = try container.number(Int64.self, forKey: .detail)
        guard cursor.map({ $0 >= 0 && $0 <= Int64(Self.maximumCodeBytes) }) ?? true else {
            throw CloisterError.field("cursor", "must be from 0 to \(Self.maximumCodeBytes)")
        }
        guard detail.map({ (0...1).contains($0) }) ?? true else {
            throw CloisterError.field("detail", "must be 0 or 1")
        }
        guard code.utf8.count <= Self.maximumCodeBytes else {
            throw CloisterError(
                .payloadTooLarge, "code is larger than \(Self.maximumCodeBytes) bytes.",
                remedy: "Send the part around the cursor.")
        }
        self.cursor = cursor.map { UInt32(clamping: $0) }
        self.detail = detail.map { Int($0) }
    }

    private enum CodingKeys: String, CodingKey {
        case code, cursor, detail
    }
}

/// What may stand at a place in code.
package struct Completions: Codable, Sendable, Equatable {
    package struct Match: Codable, Sendable, Equatable {
        package var text: String
        /// `variable`, `function`, `class`, `module`, `keyword`, `property`, `key` or `path`; perhaps others.
        package var type: String

        package init(text: String, type: String) {
            self.text = text
            self.type = type
        }
    }

    package var matches: [Match]
    /// The characters that a match takes the place of.
    package var start: Int
    package var end: Int
    /// There are more.
    package var truncated: Bool

    package init(matches: [Match], start: Int, end: Int, truncated: Bool) {
        self.matches = matches
        self.start = start
        self.end = end
        self.truncated = truncated
    }
}

/// What the object at a place in code is.
package struct Explanation: Codable, Sendable, Equatable {
    package var found: Bool
    /// MIME type to text.
    package var data: [String: String]

    package init(found: Bool, data: [String: String]) {
        self.found = found
        self.data = data
    }
}
