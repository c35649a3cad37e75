// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Head and tail of one output stream.
package struct OutputCapture: Codable, Sendable, Equatable {
    package var text: String
    /// Bytes written in all.
    package var bytes: Int64
    /// Bytes left out in the middle of `text`.
    package var truncated: Int64
    package var encoding: OutputEncoding

    package init(text: String, bytes: Int64, truncated: Int64, encoding: OutputEncoding) {
        self.text = text
        self.bytes = bytes
        self.truncated = truncated
        self.encoding = encoding
    }

    private enum CodingKeys: String, CodingKey {
        case text
        case bytes
        case truncated
        case encoding
    }
}

/// How `text` holds the bytes.
package enum OutputEncoding: String, Codable, Sendable, CaseIterable {
    case utf8 = "utf-8"
    case base64
}
