// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What is kept in advance for one image.
package struct ImagePool: Codable, Sendable, Equatable {
    package var image: String
    /// Started sessions that wait for a caller.
    package var ready: Int
    package var readyTarget: Int
    /// What they use, by the kernel's account at their start.
    package var readyBytes: Int64
    /// Ready sessions that could not be started, or ended before anybody asked for them.
    package var readyFailures: Int
    /// Empty sessions without an interpreter.
    package var holders: Int
    package var holderTarget: Int
    package var zygote: ZygoteState
    /// Of the zygote that serves, from 1; 0 before the first.
    package var generation: Int
    /// Sessions forked from a zygote.
    package var forks: Int64
    /// Starts that began at a zygote and were finished without it.
    package var fallbacks: Int64
    /// Zygotes that died, hung or could not start.
    package var zygoteFailures: Int
    @Nullable package var lastFailure: String?

    package enum ZygoteState: String, Codable, Sendable, CaseIterable {
        case none, starting, ready, failed
    }

    package init(image: String) {
        self.image = image
        self.ready = 0
        self.readyTarget = 0
        self.readyBytes = 0
        self.readyFailures = 0
        self.holders = 0
        self.holderTarget = 0
        self.zygote = .none
        self.generation = 0
        self.forks = 0
        self.fallbacks = 0
        self.zygoteFailures = 0
        self.lastFailure = nil
    }

    private enum CodingKeys: String, CodingKey {
        case image
        case ready
        case readyTarget = "ready_target"
        case readyBytes = "ready_bytes"
        case readyFailures = "ready_failures"
        case holders
        case holderTarget = "holder_target"
        case zygote
        case generation
        case forks
        case fallbacks
        case zygoteFailures = "zygote_failures"
        case lastFailure = "last_failure"
    }
}
