// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// How the driver broke the protocol. Each of these ends the incarnation: a channel is never resynchronised.
package enum DriverProtocolError: Error, Equatable, Sendable {
    case packetTooShort(bytes: Int)
    case packetTooLong(bytes: Int)
    case unsupportedVersion(UInt8)
    case unknownKind(UInt8)
    case unknownFlags(UInt16)
    case lengthMismatch(declared: UInt32, actual: Int)
    /// A packet that promises more to come and brings nothing.
    case emptyContinuation
    case messageTooLong
    case tooManyPackets
    /// A packet of another kind or nonce inside an unfinished message.
    case interleaved
    case truncatedField
    case reservedBits(tag: UInt16)
    case tooManyFields
    case unknownField(tag: UInt16)
    case repeatedField(tag: UInt16)
    case badField(tag: UInt16)
    case missingField(tag: UInt16)
    /// A well-formed message that nothing asked for.
    case unsolicited(ReplyKind)
    case wrongNonce
    /// The channel was given up before.
    case poisoned
}

extension DriverProtocolError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .packetTooShort(let bytes): "packet of \(bytes) bytes is shorter than its header"
        case .packetTooLong(let bytes): "packet of \(bytes) bytes exceeds \(DriverLimits.packetBytes)"
        case .unsupportedVersion(let version): "protocol version \(version)"
        case .unknownKind(let kind): "message kind \(kind)"
        case .unknownFlags(let flags): "flags \(flags)"
        case .lengthMismatch(let declared, let actual): "declared length \(declared), actual length \(actual)"
        case .emptyContinuation: "empty packet of an unfinished message"
        case .messageTooLong: "message exceeds \(DriverLimits.messageBytes) bytes"
        case .tooManyPackets: "message exceeds \(DriverLimits.packetsPerMessage) packets"
        case .interleaved: "message interrupted by another"
        case .truncatedField: "field exceeds its message"
        case .reservedBits(let tag): "reserved bits set in field \(tag)"
        case .tooManyFields: "message exceeds \(DriverLimits.fieldsPerMessage) fields"
        case .unknownField(let tag): "unknown field \(tag)"
        case .repeatedField(let tag): "repeated field \(tag)"
        case .badField(let tag): "malformed field \(tag)"
        case .missingField(let tag): "missing field \(tag)"
        case .unsolicited(let kind): "unsolicited message \(kind)"
        case .wrongNonce: "answer to another request"
        case .poisoned: "message on a channel that was given up"
        }
    }
}
