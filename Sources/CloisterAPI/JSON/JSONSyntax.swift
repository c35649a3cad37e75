// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Whether bytes are one JSON value, for text that goes into a document as it is.
package struct JSONSyntax {
    private static let deepest = 256

    private var rest: ArraySlice<UInt8>

    package static func isValid(_ bytes: [UInt8]) -> Bool {
        var syntax = JSONSyntax(rest: bytes[...])
        guard syntax.value(depth: 0) else { return false }
        syntax.skipBlanks()
        return syntax.rest.isEmpty && String(validating: bytes, as: UTF8.self) != nil
    }

    private mutating func value(depth: Int) -> Bool {
        skipBlanks()
        guard depth < Self.deepest, let first = rest.first else { return false }
        switch first {
        case UInt8(ascii: "{"): return list(closedBy: UInt8(ascii: "}")) { $0.member(depth: depth + 1) }
        case UInt8(ascii: "["): return list(closedBy: UInt8(ascii: "]")) { $0.value(depth: depth + 1) }
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        case UInt8(ascii: "n"): return word("null")
        default: return number()
        }
    }

    private mutating func member(depth: Int) -> Bool {
        skipBlanks()
        guard string() else { return false }
        skipBlanks()
        return take(UInt8(ascii: ":")) && value(depth: depth)
    }

    private mutating func list(closedBy end: UInt8, _ element: (inout JSONSyntax) -> Bool) -> Bool {
        rest.removeFirst()
        skipBlanks()
        if take(end) { return true }
        repeat {
            guard element(&self) else { return false }
            skipBlanks()
        } while take(UInt8(ascii: ","))
        return take(end)
    }

    private mutating func string() -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return true }
            if byte < 0x20 { return false }
            if byte == UInt8(ascii: "\\"), !escape() { return false }
        }
        return false
    }

    private mutating func escape() -> Bool {
        guard let byte = rest.popFirst() else { return false }
        guard byte == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(byte) }
        let digits = rest.prefix(4)
        rest = rest.dropFirst(4)
        return digits.count == 4 && digits.allSatisfy { Self.isHexDigit($0) }
    }

    private mutating func number() -> Bool {
        _ = take(UInt8(ascii: "-"))
        let isZero = rest.first == UInt8(ascii: "0")
        guard let count = digits(), !isZero || count == 1 else { return false }
        if take(UInt8(ascii: ".")), digits() == nil { return false }
        guard take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) else { return true }
        if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
        return digits() != nil
    }

    private mutating func digits() -> Int? {
        let found = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest.dropFirst(found.count)
        return found.isEmpty ? nil : found.count
    }

    private mutating func word(_ word: String) -> Bool {
        guard rest.starts(with: word.utf8) else { return false }
        rest = rest.dropFirst(word.utf8.count)
        return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func skipBlanks() {
        rest = rest.drop { $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }
}
