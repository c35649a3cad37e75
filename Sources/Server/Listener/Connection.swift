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
    private let state = Mutex(State())

    private struct State {
        var isClosed = false
        var onClose: (@Sendable () -> Void)?
    }

    init(caller: Caller) {
        self.caller = caller
    }

    /// Someone the kernel tells nothing about: no right depends on being this one.
    static let unknownCaller = Caller(pid: 0, uid: .max, gid: .max)

    /// Runs `operation` in a task that is cancelled when the client goes away.
    func cancellingOnClose<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) async throws
        -> Value
    {
        let task = Task { try await operation() }
        self.setCloseHandler { task.cancel() }
        defer { self.setCloseHandler(nil) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Called on the event loop when the channel is gone.
    func didClose() {
        let handler = self.state.withLock { state in
            state.isClosed = true
            return state.onClose.take()
        }
        handler?()
    }

    private func setCloseHandler(_ handler: (@Sendable () -> Void)?) {
        let isClosed = self.state.withLock { state in
            state.onClose = state.isClosed ? nil : handler
            return state.isClosed
        }
        if isClosed { handler?() }
    }
}
