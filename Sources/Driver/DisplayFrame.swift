// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// How displays follow each other on their socket: eight bytes that begin each, a length, a body of fields.
package enum DisplayFrame {
    package static let magic: [UInt8] = [0xf7] + Array("display".utf8)
    package static let headerBytes = magic.count + 4

    /// Whether the bytes are the beginning of a display, as far as they go.
    package static func mayBegin(_ bytes: UnsafeRawBufferPointer) -> Bool {
        zip(bytes, magic).allSatisfy { $0 == $1 }
    }

    /// Header and body together; nil for what does not begin a display, or one that is too long.
    package static func length(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= headerBytes, mayBegin(bytes) else { return nil }
        let body = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: magic.count, as: UInt32.self))
        guard body <= DriverLimits.messageBytes else { return nil }
        return headerBytes + Int(body)
    }
}
