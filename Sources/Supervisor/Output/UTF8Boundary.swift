// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Where text may be cut.
package enum UTF8Boundary {
    /// The length of the longest start that does not end inside a character. All of it when the end is no character
    /// begun but plain garbage.
    package static func lengthOfWholeCharacters(_ bytes: UnsafeRawBufferPointer) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xc0 == 0x80 { continue }
            return width(ofLeading: byte) > back ? bytes.count - back : bytes.count
        }
        return bytes.count
    }

    package static func lengthOfWholeCharacters(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { lengthOfWholeCharacters($0) }
    }

    /// How many bytes at the start belong to a character that began before them: at most 3.
    package static func lengthOfBrokenStart(_ bytes: [UInt8]) -> Int {
        let continuation = bytes.prefix(4).prefix { $0 & 0xc0 == 0x80 }.count
        return continuation == 4 ? 0 : continuation
    }

    private static func width(ofLeading byte: UInt8) -> Int {
        switch byte {
        case 0xc2...0xdf: 2
        case 0xe0...0xef: 3
        case 0xf0...0xf4: 4
        default: 1
        }
    }
}
