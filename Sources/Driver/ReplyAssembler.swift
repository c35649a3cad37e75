// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Joins the packets of a message.
struct ReplyAssembler {
    private struct Partial {
        let kind: ReplyKind
        let nonce: Nonce
        var body: [UInt8]
        var packets: Int
    }

    private var partial: Partial?

    /// Whether a message has begun and not ended.
    var isMidway: Bool { partial != nil }

    /// The message that the packet completes, or nil when more is to come.
    mutating func receive(
        _ packet: ReplyPacket
    ) throws(DriverProtocolError) -> (nonce: Nonce, reply: DriverReply)? {
        var message = partial ?? Partial(kind: packet.kind, nonce: packet.nonce, body: [], packets: 0)
        partial = nil
        guard message.kind == packet.kind, message.nonce == packet.nonce else { throw .interleaved }
        message.packets += 1
        guard message.packets <= DriverLimits.packetsPerMessage else { throw .tooManyPackets }
        guard message.body.count + packet.body.count <= DriverLimits.messageBytes else { throw .messageTooLong }
        message.body.append(contentsOf: packet.body)
        guard packet.hasMore else {
            return (message.nonce, try DriverReply(kind: message.kind, body: message.body))
        }
        guard !packet.body.isEmpty else { throw .emptyContinuation }
        partial = message
        return nil
    }
}
