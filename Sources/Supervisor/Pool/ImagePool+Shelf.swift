// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import SpawnerProtocol

extension ImagePool {
    init(_ shelf: ReadyShelf, target: Int) {
        self.init(image: shelf.image)
        ready = shelf.ready.count
        readyTarget = target
        readyBytes = shelf.bytes
        readyFailures = shelf.failures
        holders = Int(shelf.listing.holders)
        holderTarget = Int(shelf.listing.holderTarget)
        zygote = ZygoteState(shelf.listing.zygote)
        generation = Int(shelf.listing.generation)
        forks = Int64(clamping: shelf.listing.forks)
        fallbacks = Int64(clamping: shelf.listing.fallbacks)
        zygoteFailures = Int(shelf.listing.failures)
        let failure = shelf.listing.lastFailure
        let hasFailed = failure.errno != 0 || !failure.step.isEmpty
        lastFailure = hasFailed ? "\(failure)" : shelf.lastFailure
    }
}

extension ImagePool.ZygoteState {
    fileprivate init(_ state: PoolListing.ZygoteState) {
        switch state {
        case .none: self = .none
        case .starting: self = .starting
        case .ready: self = .ready
        case .failed: self = .failed
        }
    }
}
