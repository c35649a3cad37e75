// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import ObjectStore
import Synchronization

/// Tells whoever listens which contents the object store has confirmed.
final class StoredEvents: Sendable {
    private struct State {
        var next = 0
        var listeners: [Int: AsyncStream<ContentDigest>.Continuation] = [:]
    }

    /// A listener that lags further behind misses the oldest; the database has them all.
    private static let backlog = 1_024

    private let state = Mutex(State())

    func listen() -> AsyncStream<ContentDigest> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: ContentDigest.self, bufferingPolicy: .bufferingNewest(Self.backlog))
        let id = state.withLock { state in
            state.next += 1
            state.listeners[state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    func send(_ digest: ContentDigest) {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(digest) }
    }
}
