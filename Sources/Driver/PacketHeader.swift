// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The 24 bytes before each packet's body.
struct PacketHeader {
    static let more: UInt16 = 1

    var kind: UInt8
    var hasMore: Bool
    var length: UInt32
    var nonce: Nonce

    var bytes: [UInt8] {
        var bytes: [UInt8] = [DriverLimits.protocolVersion, kind]
        bytes.reserveCapacity(DriverLimits.headerBytes)
        bytes.appendLittleEndian(hasMore ? Self.more : 0)
        bytes.appendLittleEndian(length)
        bytes.append(contentsOf: nonce.bytes)
        return bytes
    }
}

/// A packet of the driver whose header holds.
struct ReplyPacket {
    let kind: ReplyKind
    let hasMore: Bool
    let nonce: Nonce
    let body: ArraySlice<UInt8>

    init(_ packet: ArraySlice<UInt8>) throws(DriverProtocolError) {
        guard packet.count <= DriverLimits.packetBytes else { throw .packetTooLong(bytes: packet.count) }
        var reader = ByteReader(packet)
        guard let version: UInt8 = reader.integer(), let kind: UInt8 = reader.integer(),
            let flags: UInt16 = reader.integer(), let length: UInt32 = reader.integer(),
            let nonce = reader.take(Nonce.byteCount).flatMap({ Nonce($0) })
        else { throw .packetTooShort(bytes: packet.count) }

        guard version == DriverLimits.protocolVersion else { throw .unsupportedVersion(version) }
        guard let reply = ReplyKind(rawValue: kind) else { throw .unknownKind(kind) }
        guard flags & ~PacketHeader.more == 0 else { throw .unknownFlags(flags) }
        guard Int(exactly: length) == reader.remaining, let body = reader.take(reader.remaining) else {
            throw .lengthMismatch(declared: length, actual: reader.remaining)
        }
        self.kind = reply
        self.hasMore = flags & PacketHeader.more != 0
        self.nonce = nonce
        self.body = body
    }
}
