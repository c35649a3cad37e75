// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Synchronization

/// What the pool's threads need to know of a call, whatever it returns.
protocol PendingCall: AnyObject, Sendable {
    /// Runs the body unless the call was cancelled.
    func perform()
    /// Ends the call without having run it.
    func refuse(with error: BlockingPoolError)
}

/// One call on its way through the pool. Its continuation is resumed exactly once: whoever takes it out of the
/// state, thread or canceller, resumes it.
final class BlockingCall<Value: Sendable>: PendingCall {
    private typealias Continuation = UnsafeContinuation<Value, any Error>

    private enum State {
        case new
        case waiting(Continuation)
        case taken
    }

    private let body: @Sendable () throws -> Value
    private let state = Mutex(State.new)

    init(_ body: @escaping @Sendable () throws -> Value) {
        self.body = body
    }

    /// Hands over the continuation. False when the call is cancelled already; the continuation is then resumed.
    func arm(_ continuation: UnsafeContinuation<Value, any Error>) -> Bool {
        let isArmed = state.withLock { state in
            guard case .new = state else { return false }
            state = .waiting(continuation)
            return true
        }
        if !isArmed { continuation.resume(throwing: CancellationError()) }
        return isArmed
    }

    func perform() {
        guard let continuation = take() else { return }
        continuation.resume(with: Result(catching: body))
    }

    func cancel() {
        take()?.resume(throwing: CancellationError())
    }

    func refuse(with error: BlockingPoolError) {
        take()?.resume(throwing: error)
    }

    private func take() -> Continuation? {
        state.withLock { state in
            defer { state = .taken }
            guard case .waiting(let continuation) = state else { return nil }
            return continuation
        }
    }
}
