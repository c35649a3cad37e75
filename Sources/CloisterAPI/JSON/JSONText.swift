// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// JSON as it grows, byte by byte.
package struct JSONText: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int = 1024) {
        self.bytes.reserveCapacity(capacity)
    }

    package mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { self.bytes.append(contentsOf: $0) }
    }

    package mutating func raw(_ byte: UInt8) {
        self.bytes.append(byte)
    }

    package mutating func raw(contentsOf bytes: some Sequence<UInt8>) {
        self.bytes.append(contentsOf: bytes)
    }

    package mutating func integer(_ value: some BinaryInteger) {
        self.bytes.append(contentsOf: value.description.utf8)
    }

    /// `false` for what JSON has no way to say: infinities and NaN.
    package mutating func number(_ value: Double) -> Bool {
        guard value.isFinite else { return false }
        let text = value.description
        self.bytes.append(contentsOf: text.hasSuffix(".0") ? text.utf8.dropLast(2) : text.utf8[...])
        return true
    }

    package mutating func string(_ text: String) {
        var text = text
        self.raw(UInt8(ascii: "\""))
        text.withUTF8 { self.escaped(UnsafeRawBufferPointer($0)) }
        self.raw(UInt8(ascii: "\""))
    }

    /// UTF-8 with everything escaped that must be. Runs that need no escape are copied in one go.
    package mutating func escaped(_ utf8: UnsafeRawBufferPointer) {
        var start = 0
        for (index, byte) in utf8.enumerated() where Self.needsEscape(byte) {
            self.bytes.append(contentsOf: utf8[start..<index])
            self.escape(byte)
            start = index + 1
        }
        self.bytes.append(contentsOf: utf8[start...])
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\n"): self.raw("\\n")
        case UInt8(ascii: "\r"): self.raw("\\r")
        case UInt8(ascii: "\t"): self.raw("\\t")
        case UInt8(ascii: "\""): self.raw("\\\"")
        case UInt8(ascii: "\\"): self.raw("\\\\")
        default:
            self.raw("\\u00")
            self.raw(Self.hexDigit(byte >> 4))
            self.raw(Self.hexDigit(byte & 15))
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
