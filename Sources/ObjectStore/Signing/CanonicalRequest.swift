// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A request in the one spelling that client and server both hash.
package struct CanonicalRequest: Sendable {
    /// The names of all headers in it, lower-case, sorted, joined by `;`.
    package let signedHeaders: String
    package let query: String
    package let text: String

    /// - Parameters:
    ///   - path: not yet percent-encoded, starting with `/`.
    ///   - query: names and values not yet percent-encoded; a name without value has an empty one.
    ///   - headers: every header to sign, in the order sent; repeated names are joined by commas.
    package init(
        method: String, path: String, query: [(name: String, value: String)],
        headers: [(name: String, value: String)], payloadHash: String
    ) {
        let lines = Self.canonicalHeaders(headers)
        signedHeaders = lines.map(\.name).joined(separator: ";")
        self.query = Self.canonicalQuery(query)
        let headerLines = lines.map { "\($0.name):\($0.value)\n" }.joined()
        text = [
            method, PercentEncoding.encodePath(path), self.query, headerLines, signedHeaders, payloadHash,
        ].joined(separator: "\n")
    }

    /// Sorted by encoded name, then by encoded value; a name without value keeps its `=`.
    package static func canonicalQuery(_ query: [(name: String, value: String)]) -> String {
        query
            .map { (name: PercentEncoding.encode($0.name), value: PercentEncoding.encode($0.value)) }
            .sorted { $0.name == $1.name ? bytewise($0.value, $1.value) : bytewise($0.name, $1.name) }
            .map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }

    private static func canonicalHeaders(
        _ headers: [(name: String, value: String)]
    ) -> [(name: String, value: String)] {
        var values: [String: [String]] = [:]
        for header in headers {
            values[header.name.lowercased(), default: []].append(folded(header.value))
        }
        return values.keys.sorted(by: bytewise).map { ($0, values[$0, default: []].joined(separator: ",")) }
    }

    /// Trimmed, with every inner run of blanks and line breaks as one space.
    private static func folded(_ value: String) -> String {
        value.utf8
            .split { $0 == UInt8(ascii: " ") || $0 == 9 || $0 == 10 || $0 == 13 }
            .map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: " ")
    }

    private static func bytewise(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
