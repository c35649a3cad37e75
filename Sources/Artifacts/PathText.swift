// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Paths of sessions as text. Bytes identify a file; the text is for reading.
package enum PathText {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// The path itself when it is UTF-8; otherwise every byte outside ASCII, and `%`, as `%XX`.
    package static func display(_ path: [UInt8]) -> String {
        if let text = String(validating: path, as: UTF8.self) { return text }
        var bytes: [UInt8] = []
        for byte in path {
            if byte < 0x80 && byte != UInt8(ascii: "%") {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The last component.
    package static func name(_ path: [UInt8]) -> [UInt8] {
        Array(path.reversed().prefix { $0 != UInt8(ascii: "/") }.reversed())
    }
}
