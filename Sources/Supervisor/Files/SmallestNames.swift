// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import FoundationEssentials

/// The first names of a directory in the order of their bytes, whatever its size.
struct SmallestNames {
    private let limit: Int
    private let after: [UInt8]?
    private(set) var sorted: [[UInt8]] = []

    init(limit: Int, after: [UInt8]?) {
        self.limit = max(1, limit)
        self.after = after
    }

    mutating func insert(_ name: [UInt8]) {
        if let after, !after.lexicographicallyPrecedes(name) { return }
        if sorted.count == limit, let last = sorted.last, !name.lexicographicallyPrecedes(last) { return }
        sorted.insert(name, at: place(of: name))
        if sorted.count > limit { sorted.removeLast() }
    }

    private func place(of name: [UInt8]) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A file name as a cursor.
enum FileCursor {
    private static let digits = Array("0123456789abcdef")

    static func encode(_ name: [UInt8]) -> String {
        "f." + String(name.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    static func decode(_ text: String) throws -> [UInt8] {
        let hex = Array(text.utf8.dropFirst(2))
        guard text.hasPrefix("f."), hex.count % 2 == 0, hex.count <= 2 * WorkspacePath.maximumNameLength else {
            throw invalid
        }
        return try stride(from: 0, to: hex.count, by: 2).map { index in
            guard let byte = UInt8(String(decoding: hex[index..<index + 2], as: UTF8.self), radix: 16) else {
                throw invalid
            }
            return byte
        }
    }

    private static var invalid: CloisterError {
        .invalid(
            "The cursor is not one of this list.",
            remedy: "Use next_cursor of the page before as it is, or start without a cursor.")
    }
}
