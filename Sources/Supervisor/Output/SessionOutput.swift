// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import CloisterAPI
import Glibc
package import Platform
import Synchronization

/// stdout, stderr and displays of one incarnation.
///
/// The output reactor's thread reads them all the time: into the running execution's log, or, between executions,
/// into nothing, so that no background process ever waits for a reader. Everything that touches a file happens on that
/// thread; the session's own thread only tries the lock, for the common case that an execution wrote nothing.
///
/// `@unchecked Sendable`: the sockets are immutable, `state` is a lock, and `tokens` belong to the reactor's thread.
package final class SessionOutput: @unchecked Sendable {
    private struct State {
        var run: OutputRun?
        /// Bytes written while nothing was running.
        var background: Int64 = 0
        var cutter = DisplayCutter()
    }

    private let reactor: Reactor
    private let sockets: Streams<OutputSocket>
    private let state = Mutex(State())
    private var tokens: [UInt64] = []

    /// Prepares the sockets; nothing is read before `watch`.
    package init(stdout: Descriptor, stderr: Descriptor, display: Descriptor, reactor: Reactor) throws {
        self.reactor = reactor
        sockets = Streams(
            stdout: OutputSocket(descriptor: stdout), stderr: OutputSocket(descriptor: stderr),
            display: OutputSocket(descriptor: display))
        for stream in LoggedStream.allCases where sockets[stream].peeked < 0 { try sockets[stream].setPeekOffset(0) }
    }

    /// Of a command, which displays nothing.
    package convenience init(stdout: Descriptor, stderr: Descriptor, reactor: Reactor) throws {
        try self.init(stdout: stdout, stderr: stderr, display: try Self.silence.get(), reactor: reactor)
    }

    /// One for all, for ever: a socket that is at its end.
    static let silence = Result<Descriptor, any Error> {
        var ends: (CInt, CInt) = (-1, -1)
        try check("socketpair", cloister_socket_pair(CInt(SOCK_STREAM.rawValue), &ends.0, &ends.1))
        _ = Descriptor(owning: ends.1)
        return Descriptor(owning: ends.0)
    }

    /// Begins to read. A run that a predecessor left is taken up before.
    package func watch(resuming run: OutputRun?) throws {
        if var run {
            let cutter = try OutputRecovery.resume(&run, sockets)
            state.withLock { ($0.run, $0.cutter) = (run, cutter) }
        } else {
            for stream in LoggedStream.allCases { try sockets[stream].setPeekOffset(0) }
        }
        reactor.perform { [self] in
            for stream in LoggedStream.allCases {
                let port = OutputPort(stream: stream, output: self)
                guard let token = try? reactor.add(port, sockets[stream].descriptor, for: .readable) else { continue }
                tokens.append(token)
            }
        }
    }

    /// Stops reading, for good.
    package func retire() {
        reactor.perform { [self] in
            for token in tokens { reactor.remove(token) }
            tokens = []
        }
    }

    /// From now on output belongs to this run. False, and nothing is changed, when there is output already, which
    /// belongs to nobody: then it takes `begin`.
    package func beginIfQuiet(_ run: OutputRun) -> Bool {
        let isDone = state.withLockIfAvailable { state in
            guard isQuiet else { return false }
            state.cutter.moveOn()
            state.run = run
            return true
        }
        return isDone ?? false
    }

    /// The same, whatever is there.
    package func begin(_ run: OutputRun) async {
        if beginIfQuiet(run) { return }
        await onReactor { [self] scratch in
            state.withLock { state in
                for stream in LoggedStream.allCases { state.background += Self.empty(sockets[stream], scratch) }
                state.cutter.lose()
                state.run = run
            }
        }
    }

    /// Ends a run that wrote nothing. Nil when there was output, or there may be: then it takes `end`.
    package func endIfQuiet() -> OutputRun? {
        let quiet = state.withLockIfAvailable { state -> OutputRun? in
            guard let run = state.run, run.isEmpty, isQuiet else { return nil }
            state.run = nil
            return run
        }
        return quiet ?? nil
    }

    /// Takes what the streams hold at this moment and ends the run. Nil when there is none.
    package func end() async -> OutputRun? {
        if let run = endIfQuiet() { return run }
        return await onReactor { [self] scratch in
            state.withLock { state in
                for stream in LoggedStream.allCases { drain(stream, &state, scratch) }
                defer { state.run = nil }
                return state.run
            }
        }
    }

    // MARK: On the reactor's thread

    /// One bounded piece of work. True when there may be more.
    fileprivate func turn(_ stream: LoggedStream, _ scratch: UnsafeMutableRawBufferPointer) -> OutputPort.Turn {
        state.withLock { state in
            guard state.run != nil else { return discard(stream, &state, scratch) }
            // The driver has flushed its text before it displays, and waits until the display is taken.
            if stream == .display, sockets.display.waiting > 0 {
                for text in [.stdout, .stderr] as [LoggedStream] { drain(text, &state, scratch) }
            }
            return move(stream, &state, scratch, isLast: false)
        }
    }

    private func discard(
        _ stream: LoggedStream, _ state: inout State, _ scratch: UnsafeMutableRawBufferPointer
    ) -> OutputPort.Turn {
        switch sockets[stream].take(scratch) {
        case .nothing: return .waiting
        case .end: return .ended
        case .bytes(let count):
            if stream == .display { state.cutter.lose() }
            state.background += Int64(count)
            return .more
        }
    }

    /// Moves one chunk into the log. Unless it is the last, what is cut off at its end stays in the socket.
    private func move(
        _ stream: LoggedStream, _ state: inout State, _ scratch: UnsafeMutableRawBufferPointer, isLast: Bool
    ) -> OutputPort.Turn {
        guard let room = state.run?.room(stream), room > 0 else { return drop(stream, &state, scratch) }
        switch sockets[stream].peek(UnsafeMutableRawBufferPointer(rebasing: scratch.prefix(room))) {
        case .nothing: return .waiting
        case .end: return .ended
        case .bytes(let peeked):
            let chunk = UnsafeRawBufferPointer(rebasing: scratch.prefix(peeked))
            if stream == .display { return moveDisplay(chunk, &state, scratch, isLast: isLast) }
            let whole = isLast ? peeked : UTF8Boundary.lengthOfWholeCharacters(chunk)
            // The rest of the character is on its way and brings an edge of its own.
            if whole < peeked { try? sockets[stream].setPeekOffset(whole) }
            guard whole > 0 else { return .waiting }
            store(stream, UnsafeRawBufferPointer(rebasing: chunk.prefix(whole)), &state, scratch)
            return .more
        }
    }

    private func moveDisplay(
        _ chunk: UnsafeRawBufferPointer, _ state: inout State, _ scratch: UnsafeMutableRawBufferPointer, isLast: Bool
    ) -> OutputPort.Turn {
        let piece = state.cutter.next(chunk, isLast: isLast)
        var cutter = state.cutter
        cutter.take(piece, of: chunk)
        switch piece {
        case .incomplete:
            try? sockets.display.setPeekOffset(0)
            return .waiting
        case .garbage(let count):
            state.run?.appendStray(UnsafeRawBufferPointer(rebasing: chunk.prefix(count)))
            try? sockets.display.setPeekOffset(0)
            sockets.display.discard(count, scratch: scratch)
            state.background += Int64(count)
        case .part(let count, let begins, let ends):
            if count < chunk.count { try? sockets.display.setPeekOffset(count) }
            let part = UnsafeRawBufferPointer(rebasing: chunk.prefix(count))
            guard store(.display, part, &state, scratch, begins: begins, ends: ends) else { return .more }
        }
        state.cutter = cutter
        return .more
    }

    @discardableResult private func store(
        _ stream: LoggedStream, _ chunk: UnsafeRawBufferPointer, _ state: inout State,
        _ scratch: UnsafeMutableRawBufferPointer, begins: Bool = false, ends: Bool = false
    ) -> Bool {
        guard state.run?.append(stream, chunk, begins: begins, ends: ends) == true else {
            try? sockets[stream].setPeekOffset(0)
            return false
        }
        sockets[stream].discard(chunk.count, scratch: scratch)
        state.run?.noteConsumed(stream)
        return true
    }

    private func drop(
        _ stream: LoggedStream, _ state: inout State, _ scratch: UnsafeMutableRawBufferPointer
    ) -> OutputPort.Turn {
        switch sockets[stream].take(scratch) {
        case .nothing: return .waiting
        case .end: return .ended
        case .bytes(let count):
            if stream == .display { state.cutter.lose() }
            state.run?.drop(stream, UnsafeRawBufferPointer(rebasing: scratch.prefix(count)))
            return .more
        }
    }

    /// Moves what is there now, and not what arrives meanwhile.
    private func drain(_ stream: LoggedStream, _ state: inout State, _ scratch: UnsafeMutableRawBufferPointer) {
        guard let start = state.run?.total(stream) else { return }
        let passedOver = state.background
        let target = Int64(sockets[stream].waiting)
        while let total = state.run?.total(stream) {
            let left = target - (total - start) - (state.background - passedOver)
            guard left > 0 else { return }
            let room = UnsafeMutableRawBufferPointer(rebasing: scratch.prefix(Int(clamping: left)))
            guard case .more = move(stream, &state, room, isLast: true) else { return }
        }
    }

    private static func empty(_ socket: OutputSocket, _ scratch: UnsafeMutableRawBufferPointer) -> Int64 {
        let waiting = socket.waiting
        socket.discard(waiting, scratch: scratch)
        return Int64(waiting)
    }

    private var isQuiet: Bool { LoggedStream.allCases.allSatisfy { sockets[$0].waiting == 0 } }

    private func onReactor<Value: Sendable>(
        _ body: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> Value
    ) async -> Value {
        await withCheckedContinuation { continuation in
            reactor.perform { continuation.resume(returning: self.reactor.withScratch(body)) }
        }
    }
}

/// One of the sockets in the reactor's set.
private final class OutputPort: ReactorSource {
    enum Turn {
        case waiting, more, ended
    }

    let stream: LoggedStream
    let output: SessionOutput

    init(stream: LoggedStream, output: SessionOutput) {
        self.stream = stream
        self.output = output
    }

    func turn(_ readiness: PollEvents, scratch: UnsafeMutableRawBufferPointer) -> Bool {
        output.turn(stream, scratch) == .more
    }
}
