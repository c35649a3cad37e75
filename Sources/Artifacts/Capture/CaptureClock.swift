// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// The clock that file systems stamp changes with.
enum CaptureClock {
    private static let realtimeCoarse: clockid_t = 5
    private static let longestTick = 12

    static func milliseconds() -> Int64 {
        nanoseconds(CLOCK_REALTIME) / 1_000_000
    }

    /// Waits, a tick of the kernel's clock at most, until a change made from now on has a later stamp than `newest`.
    ///
    /// Older kernels stamp with the time of the last tick, so that a write right after the capture would look like
    /// the one before it.
    static func pass(_ newest: Int64) {
        for _ in 0..<longestTick where nanoseconds(realtimeCoarse) <= newest {
            usleep(1_000)
        }
    }

    private static func nanoseconds(_ clock: clockid_t) -> Int64 {
        var now = timespec()
        clock_gettime(clock, &now)
        return Int64(now.tv_sec) &* 1_000_000_000 &+ Int64(now.tv_nsec)
    }
}
