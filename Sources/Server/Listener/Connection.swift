// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Synchronization

/// What the requests of one connection share.
final class Connection: Sendable {
    /// The connection whose request the current task answers.
    @TaskLocal static var current: Connection?

    let caller: Caller
    /// Where the connection's requests are answered; nil leaves it to Swift.
    let executor: EventLoopExecutor?
    private let state = Mutex(State())

    private struct State {
        var isOver = false
        var cancel: (@Sendable () -> Void)?
    }

    init(caller: Caller, executor: EventLoopExecutor? = nil) {
        self.caller = caller
        self.executor = executor
    }

    /// Someone the kernel tells nothing about: no right depends on being this one.
    static let unknownCaller = Caller(pid: 0, uid: .max, gid: .max)

    /// Waits in a task that is cancelled when the client goes away or the server stops. The caller's own task is not, so
    /// that it can still answer.
    func wait<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = Task(executorPreference: self.executor) { try await operation() }
        self.setCancel { task.cancel() }
        defer { self.setCancel(nil) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Ends the present wait and all to come.
    func cancelWaits() {
        let cancel = self.state.withLock { state in
            state.isOver = true
            return state.cancel.take()
        }
        cancel?()
    }

    private func setCancel(_ cancel: (@Sendable () -> Void)?) {
        let isOver = self.state.withLock { state in
            state.cancel = state.isOver ? nil : cancel
            return state.isOver
        }
        if isOver { cancel?() }
    }
}
