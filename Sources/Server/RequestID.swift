// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Synchronization

/// Names one request in answers and in the log. Unique for a daemon's life, very likely beyond.
struct RequestID: Sendable, CustomStringConvertible {
    static let headerName = "X-Request-Id"
    private static let prefix = String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16)
    private static let counter = Atomic<UInt32>(0)

    private let number: UInt32

    static func next() -> RequestID {
        RequestID(number: self.counter.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    /// 16 hexadecimal digits.
    var description: String {
        let digits = String(self.number, radix: 16)
        return Self.prefix + String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
