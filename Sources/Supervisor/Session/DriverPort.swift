// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Driver
import Glibc
import Platform

/// The control socket of an incarnation on the reactor: packets in, packets out, never waiting.
final class DriverPort: ReactorSource {
    enum Event {
        case channel(DriverChannel.Event)
        /// The driver's end is closed.
        case closed
    }

    private static let packetsPerTurn = 16

    let socket: Descriptor
    private(set) var channel: DriverChannel
    private let reactor: Reactor
    private let deliver: (Event) -> Void
    private var outgoing: ArraySlice<[UInt8]> = []
    private var token: UInt64?
    private var wantsToWrite = false

    /// `deliver` is called on the reactor's thread.
    init(_ socket: Descriptor, channel: DriverChannel, reactor: Reactor, deliver: @escaping (Event) -> Void) {
        self.socket = socket
        self.channel = channel
        self.reactor = reactor
        self.deliver = deliver
    }

    func open() throws {
        token = try reactor.add(self, socket, for: [.readable, .peerClosed])
    }

    func close() {
        channel.poison()
        outgoing = []
        if let token { reactor.remove(token) }
        token = nil
    }

    /// Notes that a request goes out from another thread. False unless the driver is waiting for one.
    func reserve(_ nonce: Nonce, _ purpose: DriverChannel.Purpose) -> Bool {
        outgoing.isEmpty && channel.begin(nonce, purpose)
    }

    /// Takes that back: nothing went out.
    func withdraw(_ nonce: Nonce) {
        channel.withdraw(nonce)
    }

    /// Sends what another thread could not send of a reserved request.
    func sendRest(_ packets: ArraySlice<[UInt8]>) {
        guard !packets.isEmpty, !channel.isPoisoned else { return }
        outgoing += packets
        flush()
    }

    /// Sends as many packets as the socket takes now; returns the rest. For the thread that journals a request that
    /// was reserved.
    static func sendNow(_ packets: [[UInt8]], to socket: Descriptor) -> ArraySlice<[UInt8]> {
        var rest = packets[...]
        while let packet = rest.first {
            let sent = cloister_send(socket.number, packet, packet.count)
            if sent < 0, SystemError.isTransient(sent) { break }
            rest = rest.dropFirst()
        }
        return rest
    }

    /// Sends a request. False unless the driver is waiting for one, or when the request is too long for the protocol.
    func request(_ request: DriverRequest, nonce: Nonce, _ purpose: DriverChannel.Purpose) -> Bool {
        guard let packets = request.packets(nonce: nonce), channel.begin(nonce, purpose) else { return false }
        send(packets)
        return true
    }

    /// Sends the request that a recovering channel waits for the answer of.
    func probe(_ request: DriverRequest, nonce: Nonce) {
        send(request.packets(nonce: nonce) ?? [])
    }

    private func send(_ packets: [[UInt8]]) {
        outgoing += packets
        flush()
    }

    /// A peer that is gone is told by the end of the stream, so that errors are passed over here.
    private func flush() {
        outgoing = Self.sendNow(Array(outgoing), to: socket)
        guard wantsToWrite == outgoing.isEmpty, let token else { return }
        wantsToWrite = !outgoing.isEmpty
        reactor.update(token, for: wantsToWrite ? [.readable, .writable, .peerClosed] : [.readable, .peerClosed])
    }

    func turn(_ readiness: PollEvents, scratch: UnsafeMutableRawBufferPointer) -> Bool {
        if !outgoing.isEmpty { flush() }
        for _ in 0..<Self.packetsPerTurn {
            guard token != nil, !channel.isPoisoned else { return false }
            let received = cloister_receive(socket.number, scratch.baseAddress, DriverLimits.packetBytes + 1, 0)
            if received < 0, SystemError.isTransient(received) { return false }
            if received < 0 || received == 0 && isClosedByPeer {
                deliver(.closed)
                return false
            }
            let event = channel.receive(Array(scratch.prefix(received))[...])
            if event != .nothing { deliver(.channel(event)) }
        }
        return true
    }

    /// Tells the end of the stream from an empty packet, which receives as 0 as well.
    private var isClosedByPeer: Bool {
        let hangUps = Int16(truncatingIfNeeded: PollEvents([.hungUp, .peerClosed, .failed]).rawValue)
        var poll = pollfd(fd: socket.number, events: hangUps, revents: 0)
        return Glibc.poll(&poll, 1, 0) > 0 && poll.revents & hangUps != 0
    }
}
