// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import Hummingbird

/// One range of a `Range: bytes=…` header.
enum ByteRange: Equatable {
    case from(Int64)
    case between(Int64, Int64)
    case last(Int64)

    /// `nil` without the header, and for everything that RFC 9110 lets a server ignore: other units, several ranges.
    static func requested(by request: Request) throws -> ByteRange? {
        guard request.method == .get || request.method == .head, let text = request.headers[.range] else { return nil }
        return ByteRange(text)
    }

    init?(_ header: String) {
        guard header.hasPrefix("bytes="), !header.contains(",") else { return nil }
        let bounds = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard bounds.count == 2 else { return nil }
        switch (Self.number(bounds[0]), Self.number(bounds[1])) {
        case (let first?, let last?) where first <= last: self = .between(first, last)
        case (let first?, nil) where bounds[1].isEmpty: self = .from(first)
        case (nil, let count?) where bounds[0].isEmpty: self = .last(count)
        default: return nil
        }
    }

    /// The bytes meant, of content that has `size` bytes.
    func resolve(size: Int64) throws -> Range<Int64> {
        let range: Range<Int64>? =
            switch self {
            case .from(let first): first < size ? first..<size : nil
            case .between(let first, let last): first < size ? first..<(min(last, size - 1) + 1) : nil
            case .last(let count): count > 0 && size > 0 ? max(0, size - count)..<size : nil
            }
        guard let range else {
            throw CloisterError(
                .rangeNotSatisfiable, "The range lies outside the \(size) bytes there are.",
                remedy: "Ask for a range below the size.", details: ["size": .integer(size)]
            )
        }
        return range
    }

    private static func number(_ digits: Substring) -> Int64? {
        digits.utf8.allSatisfy { (48...57).contains($0) } ? Int64(digits) : nil
    }
}
