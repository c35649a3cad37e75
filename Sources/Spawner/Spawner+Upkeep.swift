// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Isolation

/// What is done now and then: removing what the kernel held back, and stopping.
extension Spawner {
    private static let upkeepInterval: UInt64 = 20_000_000
    private static let groupInterval: UInt64 = 1_000_000_000

    /// Milliseconds until the next upkeep; for ever while there is none.
    var waitingTime: CInt {
        if !endedWorkspaces.isEmpty { return 1 }
        if wantsSpares { return 5 }
        if !pendingCgroups.isEmpty || isShuttingDown { return 20 }
        if zygotes.values.contains(where: { !$0.outstanding.isEmpty }) { return 100 }
        let isIdle =
            workspaces.pending == 0 && windows.count == Int(DescriptorWindow.count) && isListening
            && !commands.values.contains { $0.stage.pending != nil }
        return isIdle && pools.isEmpty ? -1 : 1000
    }

    func upkeep() {
        let now = Clock.now()
        if !pendingCgroups.isEmpty, now &- lastRemoval >= Self.upkeepInterval {
            lastRemoval = now
            pendingCgroups.removeAll { cgroups.remove($0) }
        }
        failHungZygotes(now: now)
        guard now &- lastUpkeep >= Self.groupInterval else { return }
        lastUpkeep = now
        workspaces.removePending()
        workspaces.keepQuotaConsistent()
        failOverdueStarts(now: now)
        failOverdueCommands(now: now)
        maintainZygotes(now: now)
        killUnsettled(now: now)
        if !isListening, (try? loop.add(listener.socket, .listener)) != nil { isListening = true }
    }

    /// One a turn of the loop, so that whoever asks for something comes first; all when they become many, or at the end.
    func removeEndedWorkspaces() {
        let count = isShuttingDown || endedWorkspaces.count > Self.mostEnded ? endedWorkspaces.count : 1
        for workspace in endedWorkspaces.prefix(count) { workspaces.remove(workspace) }
        endedWorkspaces.removeFirst(min(count, endedWorkspaces.count))
    }

    private static let mostEnded = 64

    func beginShutdown() {
        guard !isShuttingDown else { return }
        isShuttingDown = true
        shutdownDeadline = Clock.now() &+ 5_000_000_000
        SpawnerLog.write("stopping \(table.count) sessions")
        endPools()
        for session in table.all { destroy(session, nil) }
    }

    var isFinished: Bool {
        (table.total == 0 && zygotes.isEmpty && pendingCgroups.isEmpty && endedWorkspaces.isEmpty)
            || Clock.now() > shutdownDeadline
    }
}
