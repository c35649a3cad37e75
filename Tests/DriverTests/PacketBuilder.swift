// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Driver

/// Packets of a driver, right or wrong, built independently of the code under test.
enum PacketBuilder {
    static let nonce = [UInt8](1...16)
    static let otherNonce = [UInt8](101...116)

    static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    static func packet(
        kind: UInt8,
        body: [UInt8] = [],
        nonce: [UInt8] = nonce,
        flags: UInt16 = 0,
        version: UInt8 = 1,
        length: UInt32? = nil
    ) -> [UInt8] {
        [version, kind] + bytes(flags) + bytes(length ?? UInt32(body.count)) + nonce + body
    }

    static func field(_ tag: UInt16, _ value: [UInt8], reserved: UInt16 = 0, length: UInt32? = nil) -> [UInt8] {
        bytes(tag) + bytes(reserved) + bytes(length ?? UInt32(value.count)) + value
    }

    static func mime(_ type: String, _ data: [UInt8]) -> [UInt8] {
        field(48, bytes(UInt16(type.utf8.count)) + Array(type.utf8) + data)
    }

    static let hello = packet(
        kind: 65, body: field(16, Array("3.11.2".utf8)) + field(17, bytes(UInt32(2))),
        nonce: [UInt8](repeating: 0, count: 16))

    static let okBody = field(32, [0]) + field(33, Array("2".utf8))

    static func result(body: [UInt8] = okBody, nonce: [UInt8] = nonce) -> [UInt8] {
        packet(kind: 66, body: body, nonce: nonce)
    }

    /// A channel that has been greeted and waits for the answer to an EXECUTE with `nonce`.
    static func busyChannel() -> DriverChannel {
        var channel = DriverChannel()
        _ = channel.receive(hello[...])
        if let nonce = Nonce(nonce) { _ = channel.begin(nonce, .execute) }
        return channel
    }
}
