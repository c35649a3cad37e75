// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Logging

/// A JSON object that grows member by member and never beyond the size of a line.
struct LogLine {
    /// PIPE_BUF: a longer line could be torn apart by another writer of the same pipe.
    static let limit = 4_096
    static let messageLimit = 1_024
    static let stringLimit = 512
    static let depthLimit = 4

    private static let truncation = #","truncated":true"#.utf8
    /// Kept free for the end of the line: the closing braces, the mark of truncation and the line feed.
    private static let reserve = 32

    private var bytes: [UInt8] = []
    private var isTruncated = false

    init() {
        bytes.reserveCapacity(512)
        bytes.append(UInt8(ascii: "{"))
    }

    mutating func add(_ key: String, _ text: String, limit: Int = Self.stringLimit) {
        var member: [UInt8] = []
        isTruncated = !JSONText.append(text, to: &member, limit: limit) || isTruncated
        add(key, value: member, first: bytes.count == 1)
    }

    mutating func add(metadata: Logger.Metadata) {
        guard !metadata.isEmpty else { return }
        bytes += #","metadata":{"#.utf8
        var isFirst = true
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            var member: [UInt8] = []
            isTruncated = !append(value, to: &member, depth: 1) || isTruncated
            if add(key, value: member, first: isFirst) { isFirst = false }
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// The line with its end.
    consuming func finished() -> [UInt8] {
        if isTruncated { bytes += Self.truncation }
        bytes += "}\n".utf8
        return bytes
    }

    /// Adds a whole member or nothing. Says which.
    @discardableResult
    private mutating func add(_ key: String, value: [UInt8], first isFirst: Bool) -> Bool {
        var member: [UInt8] = isFirst ? [] : [UInt8(ascii: ",")]
        let isWholeKey = JSONText.append(key, to: &member, limit: Self.stringLimit)
        member.append(UInt8(ascii: ":"))
        member += value
        guard bytes.count + member.count <= Self.limit - Self.reserve else {
            isTruncated = true
            return false
        }
        bytes += member
        isTruncated = !isWholeKey || isTruncated
        return true
    }

    /// False when something was cut.
    private func append(_ value: Logger.MetadataValue, to member: inout [UInt8], depth: Int) -> Bool {
        switch value {
        case .string(let text):
            return JSONText.append(text, to: &member, limit: Self.stringLimit)
        case .stringConvertible(let value):
            return JSONText.append(value.description, to: &member, limit: Self.stringLimit)
        case .array(let values):
            return appendList(values, to: &member, depth: depth, in: ("[", "]")) { value, member in
                append(value, to: &member, depth: depth + 1)
            }
        case .dictionary(let values):
            let pairs = values.sorted { $0.key < $1.key }
            return appendList(pairs, to: &member, depth: depth, in: ("{", "}")) { pair, member in
                let isWholeKey = JSONText.append(pair.key, to: &member, limit: Self.stringLimit)
                member.append(UInt8(ascii: ":"))
                return append(pair.value, to: &member, depth: depth + 1) && isWholeKey
            }
        }
    }

    private func appendList<Element>(
        _ elements: [Element],
        to member: inout [UInt8],
        depth: Int,
        in brackets: (String, String),
        append: (Element, inout [UInt8]) -> Bool
    ) -> Bool {
        var isWhole = depth < Self.depthLimit || elements.isEmpty
        member += brackets.0.utf8
        for (index, element) in elements.enumerated() where depth < Self.depthLimit {
            // A member that is larger than a line is dropped in the end: no need to go on.
            guard member.count < Self.limit else { return false }
            if index > 0 { member.append(UInt8(ascii: ",")) }
            isWhole = append(element, &member) && isWhole
        }
        member += brackets.1.utf8
        return isWhole
    }
}
