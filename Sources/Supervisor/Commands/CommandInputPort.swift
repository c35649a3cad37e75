// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Platform

/// A command's standard input. What it was given counts as taken when the kernel has it, so that a daemon that is killed
/// has said nothing that is not true; and who sends more than the command reads waits.
final class CommandInputPort: ReactorSource {
    private struct Piece {
        var bytes: ArraySlice<UInt8>
        let isLast: Bool
        let done: (Outcome) -> Void
    }

    enum Outcome {
        case taken
        /// Nobody reads it any more.
        case closed
        /// Too many wait already.
        case busy
    }

    private static let mostWaiting = 16

    private let socket: Descriptor
    private let reactor: Reactor
    private var pieces: [Piece] = []
    private var token: UInt64?
    /// Nothing comes after what is waiting.
    private var isEnding = false

    init(_ socket: Descriptor, reactor: Reactor) {
        self.socket = socket
        self.reactor = reactor
    }

    func open() throws { token = try reactor.add(self, socket, for: [.writable, .peerClosed]) }

    func close() {
        if let token { reactor.remove(token) }
        token = nil
        let waiting = pieces
        pieces = []
        for piece in waiting { piece.done(.closed) }
    }

    /// `done` is called once, on the reactor's thread.
    func write(_ bytes: [UInt8], isLast: Bool, done: @escaping (Outcome) -> Void) {
        guard token != nil, !isEnding else { return done(.closed) }
        guard pieces.count < Self.mostWaiting else { return done(.busy) }
        isEnding = isLast
        pieces.append(Piece(bytes: bytes[...], isLast: isLast, done: done))
        flush()
    }

    func turn(_ readiness: PollEvents, scratch: UnsafeMutableRawBufferPointer) -> Bool {
        flush()
        return false
    }

    private func flush() {
        while token != nil, !pieces.isEmpty {
            guard pieces[0].bytes.send(to: socket) else { return close() }
            guard pieces[0].bytes.isEmpty else { return }
            let piece = pieces.removeFirst()
            if piece.isLast { _ = cloister_shutdown_writing(socket.number) }
            piece.done(.taken)
        }
    }
}
