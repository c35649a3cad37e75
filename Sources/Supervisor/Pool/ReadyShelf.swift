// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import SpawnerProtocol

/// The ready sessions of one image, and what is known of its zygote.
struct ReadyShelf: Sendable {
    let image: String
    /// Oldest first.
    var ready: [ReadySession] = []
    /// Being started.
    var making = 0
    var failures = 0
    var lastFailure: String?
    var backOff = BackOff()
    /// As the spawner said last.
    var listing: PoolListing

    init(image: String) {
        self.image = image
        listing = PoolListing(image: image)
    }

    var count: Int { ready.count + making }
    var bytes: Int64 { ready.reduce(0) { $0 + $1.bytes } }

    /// Ready sessions that would be better now: they import for themselves what the zygote has.
    var isDated: (ReadySession) -> Bool {
        { $0.path == .exec && listing.zygote == .ready }
    }

    /// Those that count towards the target.
    var fresh: Int { count - ready.count(where: isDated) }

    mutating func put(_ session: ReadySession, at now: UInt64) {
        ready.append(session)
        // A zygote that leaves the work to others is not asked again at once.
        if isDated(session) { backOff.failed(at: now) }
    }

    /// The oldest of the best.
    mutating func take() -> ReadySession? {
        guard !ready.isEmpty else { return nil }
        return ready.remove(at: ready.firstIndex { $0.path == .zygote } ?? 0)
    }

    mutating func takeDated() -> ReadySession? {
        ready.firstIndex(where: isDated).map { ready.remove(at: $0) }
    }

    /// The host keeps fewer than there should be.
    mutating func hasNoRoom(_ reason: String, at now: UInt64) {
        lastFailure = reason
        backOff.failed(at: now)
    }

    mutating func failed(_ reason: String, at now: UInt64) {
        failures += 1
        lastFailure = reason
        backOff.failed(at: now)
    }
}
