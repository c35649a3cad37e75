// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The daemon's end of one incarnation's control socket, without the socket: which message may come when.
///
/// A channel that met one wrong message is poisoned for ever. The one place where messages are passed over is
/// `recovering`: a daemon that took over a channel cannot know what its predecessor read or sent, so it asks with a
/// nonce that never existed before and passes over everything that was on its way; packets keep their order, so
/// whatever follows the answer is held to the strict rules again.
package struct DriverChannel: Sendable {
    private enum State {
        case awaitingHello
        case idle
        case busy(Nonce, Purpose)
        case recovering(Nonce, Purpose)
        case poisoned
    }

    /// What the request that is under way asks for, and so which kinds of answer it may get.
    package enum Purpose: Sendable {
        case execute
        case `repeat`
        case ping
        case checkpoint
        case inspect

        func allows(_ kind: ReplyKind) -> Bool {
            switch self {
            case .execute: kind == .result
            case .repeat: kind == .result || kind == .unknown
            case .ping: kind == .pong
            case .checkpoint: kind == .checkpointed
            case .inspect: kind == .inspected
            }
        }
    }

    /// What a packet brought about.
    package enum Event: Sendable, Equatable {
        /// Part of a message, or a left-over that was passed over.
        case nothing
        case ready(DriverGreeting)
        case result(ExecutionClaim)
        case pong
        case checkpointed(CheckpointClaim)
        case inspected(InspectionClaim)
        /// The driver never ran, or no longer remembers, what it was asked to repeat.
        case unknown
        /// The channel is poisoned from now on.
        case violation(DriverProtocolError)
    }

    private var state: State
    private var assembler = ReplyAssembler()

    private init(_ state: State) { self.state = state }

    /// A fresh channel, whose driver will greet first.
    package init() { self.init(.awaitingHello) }

    /// A channel taken over from an earlier daemon. `probe` is the fresh nonce of the REPEAT or PING that is sent now.
    package init(recoveringWith probe: Nonce, _ purpose: Purpose) { self.init(.recovering(probe, purpose)) }

    package var isIdle: Bool { if case .idle = state { true } else { false } }
    package var isPoisoned: Bool { if case .poisoned = state { true } else { false } }

    /// Notes that a request goes out. False unless the driver is waiting for one.
    package mutating func begin(_ nonce: Nonce, _ purpose: Purpose) -> Bool {
        guard isIdle else { return false }
        state = .busy(nonce, purpose)
        return true
    }

    /// Takes back a request that did not go out after all.
    package mutating func withdraw(_ nonce: Nonce) {
        if case .busy(nonce, _) = state, !assembler.isMidway { state = .idle }
    }

    /// Gives the channel up.
    package mutating func poison() {
        state = .poisoned
        assembler = ReplyAssembler()
    }

    /// Takes one packet from the socket.
    package mutating func receive(_ bytes: ArraySlice<UInt8>) -> Event {
        do throws(DriverProtocolError) {
            return try accept(try ReplyPacket(bytes))
        } catch {
            poison()
            return .violation(error)
        }
    }

    private mutating func accept(_ packet: ReplyPacket) throws(DriverProtocolError) -> Event {
        switch state {
        case .poisoned: throw .poisoned
        case .idle: throw .unsolicited(packet.kind)
        case .recovering(let probe, _) where packet.nonce != probe && !assembler.isMidway: return .nothing
        case .busy(let nonce, let purpose), .recovering(let nonce, let purpose):
            guard packet.nonce == nonce else { throw .wrongNonce }
            guard purpose.allows(packet.kind) else { throw .unsolicited(packet.kind) }
        case .awaitingHello:
            guard packet.kind == .hello else { throw .unsolicited(packet.kind) }
            guard packet.nonce == .zero else { throw .wrongNonce }
        }
        guard let message = try assembler.receive(packet) else { return .nothing }
        state = .idle
        return event(for: message.reply)
    }

    private func event(for reply: DriverReply) -> Event {
        switch reply {
        case .hello(let greeting): .ready(greeting)
        case .result(let claim): .result(claim)
        case .pong: .pong
        case .unknown: .unknown
        case .checkpointed(let claim): .checkpointed(claim)
        case .inspected(let claim): .inspected(claim)
        }
    }
}
