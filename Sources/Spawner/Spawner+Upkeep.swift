// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Isolation

/// What is done now and then: removing what the kernel held back, and stopping.
extension Spawner {
    private static let upkeepInterval: UInt64 = 20_000_000
    private static let groupInterval: UInt64 = 2_000_000_000

    /// Milliseconds until the next upkeep; for ever while there is none.
    var waitingTime: CInt {
        if !pendingCgroups.isEmpty || isShuttingDown { return 20 }
        return workspaces.pendingGroups.isEmpty ? -1 : 2000
    }

    func upkeep() {
        let now = Clock.now()
        if !pendingCgroups.isEmpty { pendingCgroups.removeAll { cgroups.remove($0) } }
        if now &- lastUpkeep >= Self.groupInterval {
            lastUpkeep = now
            workspaces.removePendingGroups()
        }
    }

    func beginShutdown() {
        guard !isShuttingDown else { return }
        isShuttingDown = true
        shutdownDeadline = Clock.now() &+ 5_000_000_000
        SpawnerLog.write("stopping \(table.count) sessions")
        for session in table.all { destroy(session, request: nil) }
    }

    var isFinished: Bool { (table.count == 0 && pendingCgroups.isEmpty) || Clock.now() > shutdownDeadline }
}
