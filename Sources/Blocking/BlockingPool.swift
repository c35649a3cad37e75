// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Synchronization

/// A fixed set of own threads for calls that block: files, SQLite, hashing.
///
/// Swift's cooperative threads are as many as the machine has cores; one call that waits in the kernel stops
/// everything else that would run there. `run` moves such a call to one of this pool's threads and suspends
/// the caller until it has ended. Calls start in the order in which they arrived.
/// A pool lives until `shutdown`; dropping the last reference to it does not end its threads.
package final class BlockingPool: Sendable {
    private struct State {
        var queue = CallQueue()
        var threads: [PoolThread]
        var isClosed = false
    }

    package let name: String
    package let threadCount: Int
    private let state: Mutex<State>
    private let work = ThreadSemaphore()

    /// Starts the threads, which carry the pool's name (the kernel keeps its first 15 bytes). At least one is started.
    package init(name: String, threads count: Int) throws(BlockingPoolError) {
        self.name = name
        self.threadCount = max(1, count)
        self.state = Mutex(State(threads: []))
        do {
            for _ in 0..<threadCount { try startThread() }
        } catch {
            shutdown()
            throw error
        }
    }

    /// Runs `body` on a thread of the pool and returns what it returns or throws.
    ///
    /// A task that is cancelled while its call still waits for a thread gets `CancellationError` at once and the
    /// body never runs. A body that has begun runs to its end, and its outcome is what the caller gets: nothing is
    /// left half done behind the caller's back. After `shutdown` calls are refused with `BlockingPoolError`.
    ///
    /// `nonisolated(nonsending)`: an actor that calls it leaves its thread once, not twice by way of the global pool.
    nonisolated(nonsending) package func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        let call = BlockingCall(body)
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                if call.arm(continuation) { submit(call) }
            }
        } onCancel: {
            call.cancel()
        }
    }

    /// Runs `body` on a thread of the pool without anyone waiting for it; in the same order as other calls. A pool that
    /// is shut down drops it.
    package func post(_ body: @escaping @Sendable () -> Void) {
        submit(PostedCall(body))
    }

    /// Calls that wait for a thread at this moment, cancelled ones included until a thread passes over them.
    package var waiting: Int {
        state.withLock { $0.queue.count }
    }

    /// Refuses new calls, lets those already accepted run to their end, and waits until every thread has ended.
    ///
    /// Blocks the calling thread; must not be called from a thread of the pool. Further calls return at once.
    package func shutdown() {
        let threads = state.withLock { state in
            state.isClosed = true
            let threads = state.threads
            state.threads = []
            return threads
        }
        for _ in threads { work.signal() }
        for thread in threads { thread.join() }
    }

    private func submit(_ call: any PendingCall) {
        let accepted = state.withLock { state in
            guard !state.isClosed else { return false }
            state.queue.append(call)
            return true
        }
        if accepted {
            work.signal()
        } else {
            call.refuse(with: .shutDown(pool: name))
        }
    }

    private func startThread() throws(BlockingPoolError) {
        let thread = try PoolThread(name: name) { [self] in serve() }
        state.withLock { $0.threads.append(thread) }
    }

    /// One thread's life. Every accepted call has raised the semaphore once and closing raises it once a thread,
    /// so that a thread that finds the queue empty has nothing left to come.
    private func serve() {
        while true {
            work.wait()
            guard let call = state.withLock({ $0.queue.popFirst() }) else { return }
            call.perform()
        }
    }
}
