// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What `SessionStateMachine` does, state by state: `state event -> phase: actions`. Pairs that are not listed change
/// nothing. A loss after `!` came while something else was under way.
enum SessionStateMachineTable {
    static let lines: Set<String> = [
        "starting closed -> failed(cannotStart)",
        "starting delete -> deleting: destroy",
        "starting ended -> failed(cannotStart)",
        "starting oom -> failed(cannotStart)",
        "starting ready -> ready",
        "starting spawnerLost -> failed(spawnerLost)",
        "starting startFailed -> failed(cannotStart)",
        "starting violated -> failed(cannotStart)",

        "ready closed -> restarting: renew",
        "ready delete -> deleting: destroy",
        "ready ended -> restarting: renew",
        "ready oom -> restarting: renew",
        "ready spawnerLost -> failed(spawnerLost)",
        "ready violated -> restarting: renew",

        "journalling closed -> running.journalling!channelClosed",
        "journalling delete -> deleting: disarm, kill, destroy",
        "journalling ended -> running.journalling!driverEnded exit 3",
        "journalling interrupt -> running.journalling+interrupt",
        "journalling journalFailed -> ready",
        "journalling journalled -> running.executing: send",
        "journalling oom -> running.journalling!outOfMemory",
        "journalling spawnerLost -> running.journalling!spawnerLost",
        "journalling violated -> running.journalling!violation",

        "journallingInterrupted closed -> running.journalling+interrupt!channelClosed",
        "journallingInterrupted delete -> deleting: disarm, kill, destroy",
        "journallingInterrupted ended -> running.journalling+interrupt!driverEnded exit 3",
        "journallingInterrupted journalFailed -> ready",
        "journallingInterrupted journalled -> running.interrupted: send, interruptSoon, armGrace",
        "journallingInterrupted oom -> running.journalling+interrupt!outOfMemory",
        "journallingInterrupted spawnerLost -> running.journalling+interrupt!spawnerLost",
        "journallingInterrupted violated -> running.journalling+interrupt!violation",

        "executing answered -> running.settling: disarm, settle",
        "executing closed -> ending(channelClosed): disarm, awaitStatus",
        "executing deadline -> running.overdue: interrupt, armGrace",
        "executing delete -> deleting: disarm, kill, abandon, destroy",
        "executing ended -> ending(driverEnded exit 3 killed): disarm, kill",
        "executing interrupt -> running.interrupted: interrupt, armGrace",
        "executing oom -> ending(outOfMemory killed): disarm, kill",
        "executing spawnerLost -> ending(spawnerLost killed settling): disarm, settle(spawnerLost)",
        "executing violated -> ending(violation killed): disarm, kill",

        "interrupted answered -> running.settling: disarm, settle",
        "interrupted closed -> ending(channelClosed): disarm, awaitStatus",
        "interrupted deadline -> running.overdue: interrupt, armGrace",
        "interrupted delete -> deleting: disarm, kill, abandon, destroy",
        "interrupted ended -> ending(driverEnded exit 3 killed): disarm, kill",
        "interrupted grace -> ending(interrupted killed): disarm, kill",
        "interrupted interrupt -> running.interrupted: interrupt",
        "interrupted oom -> ending(outOfMemory killed): disarm, kill",
        "interrupted spawnerLost -> ending(spawnerLost killed settling): disarm, settle(spawnerLost)",
        "interrupted violated -> ending(violation killed): disarm, kill",

        "overdue answered -> running.settling: disarm, settle",
        "overdue closed -> ending(channelClosed): disarm, awaitStatus",
        "overdue delete -> deleting: disarm, kill, abandon, destroy",
        "overdue ended -> ending(driverEnded exit 3 killed): disarm, kill",
        "overdue grace -> ending(deadline killed): disarm, kill",
        "overdue oom -> ending(outOfMemory killed): disarm, kill",
        "overdue spawnerLost -> ending(spawnerLost killed settling): disarm, settle(spawnerLost)",
        "overdue violated -> ending(violation killed): disarm, kill",

        "settling closed -> running.settling!channelClosed: kill",
        "settling delete -> deleting: disarm, kill, destroy",
        "settling ended -> running.settling!driverEnded exit 3: kill",
        "settling oom -> running.settling!outOfMemory: kill",
        "settling settled -> ready",
        "settling spawnerLost -> running.settling!spawnerLost",
        "settling violated -> running.settling!violation: kill",

        "doomed ended -> running.settling!violation exit 3",
        "doomed delete -> deleting: disarm, kill, destroy",
        "doomed settled -> restarting: renew",
        "doomed spawnerLost -> running.settling!spawnerLost",

        "journallingClosed delete -> deleting: disarm, kill, destroy",
        "journallingClosed ended -> running.journalling!channelClosed exit 3",
        "journallingClosed interrupt -> running.journalling+interrupt!channelClosed",
        "journallingClosed journalFailed -> restarting: renew",
        "journallingClosed journalled -> ending(channelClosed): disarm, awaitStatus",
        "journallingClosed spawnerLost -> running.journalling!spawnerLost",

        "closed delete -> deleting: abandon, destroy",
        "closed ended -> ending(channelClosed exit 3 killed): kill",
        "closed spawnerLost -> ending(spawnerLost killed settling): settle(spawnerLost)",
        "closed statusOverdue -> ending(channelClosed killed): kill",

        "killed delete -> deleting: abandon, destroy",
        "killed spawnerLost -> ending(spawnerLost signal 11 killed settling): settle(spawnerLost signal 11)",
        "killed treeEmpty -> ending(driverEnded signal 11 killed settling): settle(driverEnded signal 11)",

        "settlingLoss delete -> deleting: destroy",
        "settlingLoss settled -> restarting: renew",
        "settlingLoss spawnerLost -> ending(spawnerLost signal 11 killed settling)",

        "idleRestart closed -> restarting: renew",
        "idleRestart delete -> deleting: destroy",
        "idleRestart ended -> restarting: renew",
        "idleRestart oom -> restarting: renew",
        "idleRestart ready -> ready",
        "idleRestart spawnerLost -> failed(spawnerLost)",
        "idleRestart startFailed -> restarting: renew",
        "idleRestart violated -> restarting: renew",

        "restarting closed -> restarting: renew",
        "restarting delete -> deleting: destroy",
        "restarting ended -> restarting: renew",
        "restarting oom -> restarting: renew",
        "restarting ready -> ready",
        "restarting spawnerLost -> failed(spawnerLost)",
        "restarting startFailed -> restarting: renew",
        "restarting violated -> restarting: renew",

        "failed delete -> deleting: destroy",

        "deleting journalled -> deleting: abandon",
    ]
}
