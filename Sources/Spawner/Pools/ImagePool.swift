// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Platform
import SpawnerProtocol

/// What is kept in advance for one image.
final class ImagePool {
    let image: Int
    let name: String
    var limits: SessionLimits
    var holderTarget: UInt32 = 0
    var wantsZygote = false

    /// Sessions without a key, their holders ready or on the way.
    var spares: [UInt64] = []
    /// The zygote that serves, and the one that will take its place.
    var zygote: HeldZygote?
    var successor: HeldZygote?

    var generation: UInt32 = 0
    var forks: UInt64 = 0
    var fallbacks: UInt64 = 0
    var failures: UInt32 = 0
    private(set) var lastFailure = SpawnerFailure(.system)
    private var failuresInRow: UInt64 = 0
    /// Before that no zygote is started.
    private(set) var nextZygote: UInt64 = 0
    /// Before that no spare is made.
    var nextSpare: UInt64 = 0
    /// Why the last attempt at a spare failed; told once.
    var spareFailure: SystemError?

    init(image: Int, name: String, limits: SessionLimits) {
        self.image = image
        self.name = name
        self.limits = limits
    }

    var wantsSpare: Bool { spares.count < Int(holderTarget) }

    /// A zygote has ended that should not have. The next one waits, from one second to a minute.
    func noteFailure(_ failure: SpawnerFailure, now: UInt64) {
        failures += 1
        failuresInRow += 1
        lastFailure = failure
        nextZygote = now &+ min(60, 1 << min(failuresInRow - 1, 6)) * 1_000_000_000
    }

    func noteFork() {
        forks += 1
        failuresInRow = 0
    }

    func noteRefusal(_ failure: SpawnerFailure) { lastFailure = failure }

    func listing(readySpares: Int) -> PoolListing {
        var listing = PoolListing(image: name)
        listing.zygote =
            if zygote?.isReady == true { .ready } else if successor != nil { .starting } else if wantsZygote {
                failures > 0 ? .failed : .starting
            } else { .none }
        listing.generation = zygote?.generation ?? 0
        listing.zygotePid = UInt32(max(0, zygote?.pid ?? 0))
        listing.holders = UInt32(clamping: readySpares)
        listing.holderTarget = holderTarget
        listing.failures = failures
        listing.forks = forks
        listing.fallbacks = fallbacks
        listing.lastFailure = lastFailure
        return listing
    }
}
