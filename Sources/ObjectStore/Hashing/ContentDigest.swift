// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The SHA-256 of an object's bytes. Objects are named by it and requests are signed with it.
package struct ContentDigest: Hashable, Sendable, CustomStringConvertible {
    package static let byteCount = 32

    private let storage: SIMD32<UInt8>

    /// - Parameter bytes: exactly 32 bytes; anything else gives nil.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var storage = SIMD32<UInt8>()
        for (index, byte) in bytes.enumerated() { storage[index] = byte }
        self.storage = storage
    }

    init(storage: SIMD32<UInt8>) {
        self.storage = storage
    }

    /// - Parameter hex: exactly 64 lower-case hexadecimal digits; anything else gives nil.
    package init?(hex: some StringProtocol) {
        guard let bytes = Hex.decode(hex.utf8) else { return nil }
        self.init(bytes: bytes)
    }

    package var bytes: [UInt8] {
        (0..<Self.byteCount).map { storage[$0] }
    }

    package var hex: String {
        Hex.encode(bytes)
    }

    package var description: String { hex }
}
