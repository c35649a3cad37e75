// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Numbers in the small text files of cgroups.
package enum KernelCounters {
    /// The number on the line `name N`.
    package static func value(_ name: String, in text: String) -> UInt64? {
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "))
            if words.count == 2, words[0].elementsEqual(name.utf8) { return number(words[1]) }
        }
        return nil
    }

    /// The number that is all of the file.
    package static func value(_ text: String) -> UInt64? {
        number(text.utf8.prefix { $0 != UInt8(ascii: "\n") })
    }

    private static func number(_ digits: some Collection<UInt8>) -> UInt64? {
        UInt64(String(decoding: digits, as: UTF8.self))
    }
}
