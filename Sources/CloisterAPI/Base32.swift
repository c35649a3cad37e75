// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Lower-case RFC 4648 base32 of 16 bytes without padding: 26 characters.
enum Base32 {
    static let length = 26
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    static func encode(_ value: UInt128) -> String {
        var digits = [UInt8](repeating: 0, count: Self.length)
        // 26 digits hold 130 bits: the last one carries three bits of the value and two zero bits.
        var rest = value >> 3
        digits[25] = Self.alphabet[Int((value & 0b111) << 2)]
        for index in (0..<25).reversed() {
            digits[index] = Self.alphabet[Int(rest & 31)]
            rest >>= 5
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// `nil` for anything that `encode` cannot have written.
    static func decode(_ text: Substring) -> UInt128? {
        guard text.utf8.count == Self.length else { return nil }
        var value: UInt128 = 0
        for (index, byte) in text.utf8.enumerated() {
            guard let digit = Self.digit(byte) else { return nil }
            guard index == 25 else {
                value = value << 5 | UInt128(digit)
                continue
            }
            guard digit & 0b11 == 0 else { return nil }
            value = value << 3 | UInt128(digit >> 2)
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte &- UInt8(ascii: "a")
        case UInt8(ascii: "2")...UInt8(ascii: "7"): byte &- UInt8(ascii: "2") &+ 26
        default: nil
        }
    }
}
