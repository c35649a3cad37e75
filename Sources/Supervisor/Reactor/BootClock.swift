// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// CLOCK_BOOTTIME in nanoseconds: goes on through suspend, never jumps, means nothing after a reboot.
package enum BootClock {
    package static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000 &+ UInt64(truncatingIfNeeded: time.tv_nsec)
    }

    /// `now` plus a duration; stops at the end of time instead of wrapping round.
    package static func after(seconds: Double, from start: UInt64 = now()) -> UInt64 {
        guard let nanoseconds = UInt64(exactly: (max(0, seconds) * 1e9).rounded()) else { return .max }
        let (end, overflow) = start.addingReportingOverflow(nanoseconds)
        return overflow ? .max : end
    }
}
