// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Platform

/// The socket to what becomes a command: what it is to be goes out, and why that failed comes in.
final class CommandPort: ReactorSource {
    enum Event: Equatable {
        /// The socket closed without a word.
        case executed
        case failed(CommandFailure)
    }

    private let socket: Descriptor
    private var outgoing: ArraySlice<UInt8>
    private let reactor: Reactor
    private let deliver: (Event) -> Void
    private var incoming: [UInt8] = []
    private var token: UInt64?

    private static let longestAnswer = 8

    /// `deliver` is called once, on the reactor's thread.
    init(
        _ socket: Descriptor, sending specification: [UInt8], reactor: Reactor, deliver: @escaping (Event) -> Void
    ) {
        self.socket = socket
        outgoing = specification[...]
        self.reactor = reactor
        self.deliver = deliver
    }

    func open() throws { token = try reactor.add(self, socket, for: [.readable, .writable, .peerClosed]) }

    func close() {
        if let token { reactor.remove(token) }
        token = nil
    }

    /// Takes what is there: the process has ended.
    func finish() {
        guard token != nil else { return }
        reactor.withScratch { _ = turn(.again, scratch: $0) }
        close()
    }

    func turn(_ readiness: PollEvents, scratch: UnsafeMutableRawBufferPointer) -> Bool {
        guard token != nil else { return false }
        outgoing.send(to: socket)
        while token != nil {
            let received = cloister_receive(socket.number, scratch.baseAddress, Self.longestAnswer + 1, 0)
            if received < 0, SystemError.isTransient(received) { return false }
            guard received > 0, incoming.count <= Self.longestAnswer else {
                close()
                deliver(event)
                return false
            }
            incoming += scratch.prefix(received)
        }
        return false
    }

    /// Whatever it said that cannot be understood, it executed nothing.
    private var event: Event {
        if incoming.isEmpty { return .executed }
        return .failed(CommandFailure(incoming) ?? CommandFailure(step: .specification, errno: 74))
    }
}

extension ArraySlice<UInt8> {
    /// Sends as much as the socket takes now and drops that. False when the peer is gone.
    @discardableResult
    mutating func send(to socket: Descriptor) -> Bool {
        while !isEmpty {
            let sent = withUnsafeBytes { cloister_send(socket.number, $0.baseAddress, $0.count) }
            guard sent > 0 else { return SystemError.isTransient(sent) }
            removeFirst(Swift.min(count, sent))
        }
        return true
    }
}
