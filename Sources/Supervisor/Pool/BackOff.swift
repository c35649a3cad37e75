// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// How long to leave something alone that keeps failing: twice as long each time, up to a minute. Forgotten when
/// nothing has failed for a while.
struct BackOff: Sendable {
    private static let first: UInt64 = 250_000_000
    private static let longest: UInt64 = 60_000_000_000

    private var failures = 0
    /// On the boot clock.
    private(set) var until: UInt64 = 0

    /// What fails together with others, or while it is left alone, counts once.
    mutating func failed(at now: UInt64) {
        guard now >= until else { return }
        if now - until > 2 * Self.longest { failures = 0 }
        until = now + min(Self.longest, Self.first << UInt64(min(failures, 10)))
        failures += 1
    }
}
