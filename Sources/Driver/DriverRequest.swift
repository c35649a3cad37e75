// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A message to the driver.
package enum DriverRequest: Sendable, Equatable {
    /// Runs code; `number` names it in tracebacks.
    case execute(code: String, number: UInt64, stdin: String? = nil)
    /// Asks for the kept answer to an earlier request.
    case `repeat`(target: Nonce)
    case ping
    /// Asks for a PONG as well, after what makes the first execution slow has been done.
    case warm
    /// Asks for a copy of the driver that waits on the socket which the spawner has sent for this number.
    case checkpoint(number: UInt32, isForced: Bool)
    /// Asks what the session's variables are.
    case inspect(InspectionRequest)

    /// The message cut into packets, or nil when it exceeds what a message may hold.
    package func packets(nonce: Nonce) -> [[UInt8]]? {
        let body = self.body
        guard body.count <= DriverLimits.messageBytes else { return nil }
        var packets: [[UInt8]] = []
        var rest = body[...]
        repeat {
            let part = rest.prefix(DriverLimits.packetBodyBytes)
            rest = rest.dropFirst(part.count)
            packets.append(packet(part, nonce: nonce, hasMore: !rest.isEmpty))
        } while !rest.isEmpty
        return packets
    }

    private func packet(_ part: ArraySlice<UInt8>, nonce: Nonce, hasMore: Bool) -> [UInt8] {
        let header = PacketHeader(
            kind: kind.rawValue, hasMore: hasMore, length: UInt32(truncatingIfNeeded: part.count), nonce: nonce)
        var packet = header.bytes
        packet.append(contentsOf: part)
        return packet
    }

    private var kind: RequestKind {
        switch self {
        case .execute: .execute
        case .repeat: .repeat
        case .ping: .ping
        case .warm: .warm
        case .checkpoint: .checkpoint
        case .inspect: .inspect
        }
    }

    private var body: [UInt8] {
        var body: [UInt8] = []
        switch self {
        case .execute(let code, let number, let stdin):
            body.appendField(.code, Array(code.utf8))
            var bytes: [UInt8] = []
            bytes.appendLittleEndian(number)
            body.appendField(.executionNumber, bytes)
            if let stdin { body.appendField(.standardInput, Array(stdin.utf8)) }
        case .repeat(let target):
            body.appendField(.targetNonce, target.bytes)
        case .checkpoint(let number, let isForced):
            var bytes: [UInt8] = []
            bytes.appendLittleEndian(number)
            body.appendField(.checkpointNumber, bytes)
            body.appendField(.checkpointForced, [isForced ? 1 : 0])
        case .inspect(let request):
            body.appendField(.inspectionKind, [request.kind.rawValue])
            body.appendField(.code, Array(request.text.utf8))
            for (tag, number) in request.numbers {
                var bytes: [UInt8] = []
                bytes.appendLittleEndian(number)
                body.appendField(tag, bytes)
            }
        case .ping, .warm:
            break
        }
        return body
    }
}

extension [UInt8] {
    fileprivate mutating func appendField(_ tag: FieldTag, _ bytes: [UInt8]) {
        appendLittleEndian(tag.rawValue)
        appendLittleEndian(UInt16(0))
        appendLittleEndian(UInt32(truncatingIfNeeded: bytes.count))
        append(contentsOf: bytes)
    }
}
