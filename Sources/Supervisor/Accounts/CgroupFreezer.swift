// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Glibc
import Platform

/// The processes did not stand still in time.
struct FreezeTimeout: Error, CustomStringConvertible {
    var description: String { "the session's processes could not be frozen within 250 ms" }
}

extension SessionCgroup {
    private static let freezeMilliseconds = 250

    /// Stops and restarts the session's processes through its cgroup. Both calls block.
    var freezer: Freezer {
        Freezer(freeze: { try freezeAll() }, thaw: { thaw() })
    }

    private func freezeAll() throws {
        try freeze.write("1")
        let deadline = BootClock.now() + UInt64(Self.freezeMilliseconds) * 1_000_000
        while KernelCounters.value("frozen", in: try events.readText()) != 1 {
            let now = BootClock.now()
            guard now < deadline else {
                thaw()
                throw FreezeTimeout()
            }
            // The file tells of a change once since it was read; a change before the poll is not missed.
            var poll = pollfd(fd: events.number, events: Int16(POLLPRI), revents: 0)
            _ = Glibc.poll(&poll, 1, CInt(clamping: (deadline - now) / 1_000_000 + 1))
        }
    }

    /// Lets the processes run, whether they were frozen or not.
    func thaw() {
        try? freeze.write("0")
    }
}
