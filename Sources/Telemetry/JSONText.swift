// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// JSON strings that are also harmless on a terminal.
enum JSONText {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Appends the text in quotes, cut when its escaped form would have more than `limit` bytes.
    /// False when it was cut.
    static func append(_ text: String, to bytes: inout [UInt8], limit: Int) -> Bool {
        bytes.append(UInt8(ascii: "\""))
        let end = bytes.count + limit
        var isWhole = true
        for scalar in text.unicodeScalars {
            let before = bytes.count
            append(scalar, to: &bytes)
            if bytes.count > end {
                bytes.removeLast(bytes.count - before)
                isWhole = false
                break
            }
        }
        bytes.append(UInt8(ascii: "\""))
        return isWhole
    }

    private static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        switch scalar {
        case "\"": bytes += #"\""#.utf8
        case "\\": bytes += #"\\"#.utf8
        case "\n": bytes += #"\n"#.utf8
        case "\r": bytes += #"\r"#.utf8
        case "\t": bytes += #"\t"#.utf8
        default:
            if isPlain(scalar) {
                bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            } else {
                for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter { escape(unit, to: &bytes) }
            }
        }
    }

    /// Not plain: control characters, which move a terminal's cursor, and characters without a shape of their own,
    /// which can reverse or hide what stands beside them.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 32 && scalar.value != 127 }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }

    private static func escape(_ unit: UInt16, to bytes: inout [UInt8]) {
        bytes += #"\u"#.utf8
        for shift in stride(from: 12, through: 0, by: -4) {
            bytes.append(digits[Int(unit >> UInt16(shift) & 0xf)])
        }
    }
}
