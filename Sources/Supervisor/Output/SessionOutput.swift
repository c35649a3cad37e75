// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
package import Platform
import Synchronization

/// stdout and stderr of one incarnation.
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
    }

    private let reactor: Reactor
    private let stdout: OutputSocket
    private let stderr: OutputSocket
    private let state = Mutex(State())
    private var tokens: [UInt64] = []

    /// Prepares the sockets; nothing is read before `watch`.
    package init(stdout: Descriptor, stderr: Descriptor, reactor: Reactor) throws {
        self.reactor = reactor
        self.stdout = OutputSocket(descriptor: stdout)
        self.stderr = OutputSocket(descriptor: stderr)
        for socket in [self.stdout, self.stderr] where socket.peeked < 0 { try socket.setPeekOffset(0) }
    }

    /// Begins to read. A run that a predecessor left is taken up before.
    package func watch(resuming run: OutputRun?) throws {
        if var run {
            try OutputRecovery.resume(&run, stdout: stdout, stderr: stderr)
            state.withLock { $0.run = run }
        } else {
            for socket in [stdout, stderr] { try socket.setPeekOffset(0) }
        }
        reactor.perform { [self] in
            for stream in OutputStream.allCases {
                let port = OutputPort(stream: stream, output: self)
                guard let token = try? reactor.add(port, self[stream].descriptor, for: .readable) else { continue }
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
            guard stdout.waiting == 0, stderr.waiting == 0 else { return false }
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
                for socket in [stdout, stderr] { state.background += Self.empty(socket, scratch) }
                state.run = run
            }
        }
    }

    /// Ends a run that wrote nothing. Nil when there was output, or there may be: then it takes `end`.
    package func endIfQuiet() -> OutputRun? {
        let quiet = state.withLockIfAvailable { state -> OutputRun? in
            guard let run = state.run, run.isEmpty, stdout.waiting == 0, stderr.waiting == 0 else { return nil }
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
                for stream in OutputStream.allCases { drain(stream, &state, scratch) }
                defer { state.run = nil }
                return state.run
            }
        }
    }

    // MARK: On the reactor's thread

    /// One bounded piece of work. True when there may be more.
    fileprivate func turn(_ stream: OutputStream, _ scratch: UnsafeMutableRawBufferPointer) -> OutputPort.Turn {
        state.withLock { state in
            guard state.run != nil else { return discard(stream, &state, scratch) }
            return move(stream, &state, scratch, keepingBrokenCharacters: true)
        }
    }

    private func discard(
        _ stream: OutputStream, _ state: inout State, _ scratch: UnsafeMutableRawBufferPointer
    ) -> OutputPort.Turn {
        switch self[stream].take(scratch) {
        case .nothing: return .waiting
        case .end: return .ended
        case .bytes(let count):
            state.background += Int64(count)
            return .more
        }
    }

    private func move(
        _ stream: OutputStream,
        _ state: inout State,
        _ scratch: UnsafeMutableRawBufferPointer,
        keepingBrokenCharacters: Bool
    ) -> OutputPort.Turn {
        guard let room = state.run?.room(stream), room > 0 else { return drop(stream, &state, scratch) }
        let socket = self[stream]
        switch socket.peek(UnsafeMutableRawBufferPointer(rebasing: scratch.prefix(room))) {
        case .nothing: return .waiting
        case .end: return .ended
        case .bytes(let peeked):
            let chunk = UnsafeRawBufferPointer(rebasing: scratch.prefix(peeked))
            let whole = keepingBrokenCharacters ? UTF8Boundary.lengthOfWholeCharacters(chunk) : peeked
            // The rest of the character is on its way and brings an edge of its own.
            if whole < peeked { try? socket.setPeekOffset(whole) }
            guard whole > 0 else { return .waiting }
            store(stream, UnsafeRawBufferPointer(rebasing: chunk.prefix(whole)), &state, scratch)
            return .more
        }
    }

    private func store(
        _ stream: OutputStream,
        _ chunk: UnsafeRawBufferPointer,
        _ state: inout State,
        _ scratch: UnsafeMutableRawBufferPointer
    ) {
        guard state.run?.append(stream, chunk) == true else {
            try? self[stream].setPeekOffset(0)
            return
        }
        self[stream].discard(chunk.count, scratch: scratch)
        state.run?.noteConsumed(stream)
    }

    private func drop(
        _ stream: OutputStream, _ state: inout State, _ scratch: UnsafeMutableRawBufferPointer
    ) -> OutputPort.Turn {
        switch self[stream].take(scratch) {
        case .nothing: return .waiting
        case .end: return .ended
        case .bytes(let count):
            state.run?.drop(stream, UnsafeRawBufferPointer(rebasing: scratch.prefix(count)))
            return .more
        }
    }

    /// Moves what is there now, and not what arrives meanwhile.
    private func drain(_ stream: OutputStream, _ state: inout State, _ scratch: UnsafeMutableRawBufferPointer) {
        guard state.run != nil else { return }
        let target = (state.run?[stream].total ?? 0) + Int64(self[stream].waiting)
        while let total = state.run?[stream].total, total < target {
            let room = UnsafeMutableRawBufferPointer(rebasing: scratch.prefix(Int(clamping: target - total)))
            guard case .more = move(stream, &state, room, keepingBrokenCharacters: false) else { return }
        }
    }

    private static func empty(_ socket: OutputSocket, _ scratch: UnsafeMutableRawBufferPointer) -> Int64 {
        let waiting = socket.waiting
        socket.discard(waiting, scratch: scratch)
        return Int64(waiting)
    }

    private subscript(stream: OutputStream) -> OutputSocket { stream == .stdout ? stdout : stderr }

    private func onReactor<Value: Sendable>(
        _ body: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> Value
    ) async -> Value {
        await withCheckedContinuation { continuation in
            reactor.perform { continuation.resume(returning: self.reactor.withScratch(body)) }
        }
    }
}

/// One of the two sockets in the reactor's set.
private final class OutputPort: ReactorSource {
    enum Turn {
        case waiting, more, ended
    }

    let stream: OutputStream
    let output: SessionOutput

    init(stream: OutputStream, output: SessionOutput) {
        self.stream = stream
        self.output = output
    }

    func turn(_ readiness: PollEvents, scratch: UnsafeMutableRawBufferPointer) -> Bool {
        output.turn(stream, scratch) == .more
    }
}
