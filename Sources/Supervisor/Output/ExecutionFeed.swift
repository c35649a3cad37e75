// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI
package import Platform
import Synchronization

/// What readers of an execution can see: how far its log has come, and its end. Publishing never waits for a reader.
package final class ExecutionFeed: Sendable {
    /// A log as far as it is complete.
    package struct Progress: Sendable {
        package var file: Descriptor
        package var length: Int64
        package var records: Int64
    }

    package struct Snapshot: Sendable {
        package var isStarted = false
        package var progress: Progress?
        package var outcome: Outcome?

        package init() {}
    }

    /// The end: a finished execution, or the reason why there is none.
    package typealias Outcome = Result<Execution, any Error>

    private struct Waiter {
        let continuation: UnsafeContinuation<Void, Never>
        /// Not woken before the end.
        let wantsEnd: Bool
    }

    private struct State {
        var snapshot = Snapshot()
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
        /// Waiters whose task was cancelled before they got here.
        var cancelled: Set<UInt64> = []
    }

    package let execution: ExecutionID
    package let session: SessionID
    private let state: Mutex<State>

    package init(_ execution: ExecutionID, in session: SessionID, snapshot: ExecutionFeed.Snapshot = Snapshot()) {
        self.execution = execution
        self.session = session
        self.state = Mutex(State(snapshot: snapshot))
    }

    package var snapshot: Snapshot { state.withLock { $0.snapshot } }

    package func start() { update { $0.isStarted = true } }
    func advance(_ progress: Progress) { update { $0.progress = progress } }

    /// Publishes the end. Only the first one counts.
    package func finish(_ outcome: Outcome) {
        update { snapshot in
            snapshot.isStarted = true
            if snapshot.outcome == nil { snapshot.outcome = outcome }
        }
    }

    /// The finished execution. Cancelling the waiting task throws `CancellationError`.
    package func result() async throws -> Execution {
        while true {
            if let outcome = snapshot.outcome { return try outcome.get() }
            try await wait(wantsEnd: true) { $0.outcome != nil }
        }
    }

    /// Returns when `isWanted` is true of the snapshot, or throws `CancellationError`.
    package func wait(until isWanted: @Sendable (Snapshot) -> Bool) async throws {
        while !isWanted(snapshot) { try await wait(wantsEnd: false, until: isWanted) }
    }

    private func update(_ change: (inout Snapshot) -> Void) {
        let woken = state.withLock { state -> [UInt64: Waiter] in
            change(&state.snapshot)
            guard !state.waiters.isEmpty else { return [:] }
            let isEnded = state.snapshot.outcome != nil
            let woken = state.waiters.filter { isEnded || !$0.value.wantsEnd }
            for id in woken.keys { state.waiters[id] = nil }
            return woken
        }
        for waiter in woken.values { waiter.continuation.resume() }
    }

    private func wait(wantsEnd: Bool, until isWanted: (Snapshot) -> Bool) async throws {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard state.cancelled.remove(id) == nil, !isWanted(state.snapshot) else { return false }
                    state.waiters[id] = Waiter(continuation: continuation, wantsEnd: wantsEnd)
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiters.removeValue(forKey: id)
                if waiter == nil { state.cancelled.insert(id) }
                return waiter
            }
            waiter?.continuation.resume()
        }
        state.withLock { _ = $0.cancelled.remove(id) }
        try Task.checkCancellation()
    }
}
