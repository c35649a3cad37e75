// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// 128 random bits that tie an answer to its request.
package struct Nonce: Hashable, Sendable {
    package static let byteCount = 16
    /// What the driver's greeting carries.
    package static let zero = Nonce(high: 0, low: 0)

    private let high: UInt64
    private let low: UInt64

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A fresh one from the system's generator.
    package static func random() -> Nonce {
        var generator = SystemRandomNumberGenerator()
        return Nonce(high: generator.next(), low: generator.next())
    }

    /// Nil unless there are exactly 16 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var halves: [UInt64] = [0, 0]
        for (index, byte) in bytes.enumerated() {
            halves[index / 8] |= UInt64(byte) &<< UInt64(8 * (index % 8))
        }
        self.init(high: halves[0], low: halves[1])
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        bytes.appendLittleEndian(high)
        bytes.appendLittleEndian(low)
        return bytes
    }
}
