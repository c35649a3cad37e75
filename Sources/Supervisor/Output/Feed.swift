// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI
package import Platform
import Synchronization

/// A log as far as it is complete.
package struct LogProgress: Sendable {
    package var file: Descriptor
    package var length: Int64
    package var records: Int64
}

/// What an output run tells of its log, whoever writes.
package protocol OutputFeed: Sendable {
    /// The identifier of who writes.
    var logName: String { get }
    var session: SessionID { get }
    var progress: LogProgress? { get }
    func advance(_ progress: LogProgress)
}

package typealias ExecutionFeed = Feed<Execution>
package typealias CommandFeed = Feed<Command>

/// What readers of an execution or a command can see: how far its log has come, and its end. Publishing never waits for a
/// reader.
package final class Feed<Subject: FeedSubject>: OutputFeed {
    package typealias Progress = LogProgress

    package struct Snapshot: Sendable {
        package var isStarted = false
        package var progress: Progress?
        package var outcome: Outcome?

        package init() {}
    }

    /// The end: what has finished, or the reason why there is nothing.
    package typealias Outcome = Result<Subject, any Error>

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

    package let id: Subject.ID
    package let session: SessionID
    private let state: Mutex<State>

    package init(_ id: Subject.ID, in session: SessionID, snapshot: Snapshot = Snapshot()) {
        self.id = id
        self.session = session
        self.state = Mutex(State(snapshot: snapshot))
    }

    package var snapshot: Snapshot { state.withLock { $0.snapshot } }
    package var progress: LogProgress? { snapshot.progress }
    package var logName: String { id.description }

    package func start() { update { $0.isStarted = true } }
    package func advance(_ progress: LogProgress) { update { $0.progress = progress } }

    /// Publishes the end. Only the first one counts.
    package func finish(_ outcome: Outcome) {
        update { snapshot in
            snapshot.isStarted = true
            if snapshot.outcome == nil { snapshot.outcome = outcome }
        }
    }

    /// What has finished. Cancelling the waiting task throws `CancellationError`.
    package func result() async throws -> Subject {
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
