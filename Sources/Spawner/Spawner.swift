// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
package import Platform
import SpawnerProtocol

/// The privileged process: creates, keeps and ends sessions, one event at a time, and waits on nothing but events.
package final class Spawner {
    let settings: SpawnerSettings
    let loop: EventLoop
    let listener: DaemonListener
    let signals: Descriptor
    let images: ImageLibrary
    let workspaces: WorkspaceStore
    let cgroups: any CgroupBackend
    let factory: SessionFactory
    let filler: Descriptor
    private let userRange: UserRange
    var users: UserAllocator
    var table = SessionTable()
    var connection: DaemonConnection?
    var connections: UInt64 = 0
    /// Windows that no start is using.
    var windows = (0..<DescriptorWindow.count).map { DescriptorWindow(index: $0) }
    /// What is kept in advance, by the image's index.
    var pools: [Int: ImagePool] = [:]
    /// Every zygote that is not gone.
    var zygotes: [UInt64: HeldZygote] = [:]
    var lastZygote: UInt64 = 0
    /// Every checkpoint that has not ended.
    var checkpoints: [UInt64: HeldCheckpoint] = [:]
    var lastCheckpoint: UInt64 = 0
    /// By their pids.
    var movers: [Int32: CheckpointMover] = [:]
    /// Every command's process that has not been collected.
    var commands: [Int32: HeldCommand] = [:]
    /// Commands that wait for a window, oldest first.
    var waitingCommands: [WaitingCommand] = []
    /// Sessions that may be starting.
    var underWay: Set<UInt64> = []
    /// Live sessions whose forked interpreter is not in order yet, since when.
    var settling: [UInt64: UInt64] = [:]
    /// When the daemon last asked for something that takes time.
    var lastRequest: UInt64 = 0
    /// Ended children of zygotes that no zygote has told of yet.
    var strays: [Int32: ProcessStatus] = [:]
    /// Groups of ended incarnations that could not be removed yet.
    var pendingCgroups: [String] = []
    /// Workspaces of ended sessions that are to be deleted.
    var endedWorkspaces: [Workspace] = []
    var lastUpkeep: UInt64 = 0
    var lastRemoval: UInt64 = 0
    /// False while the listener is left alone for want of descriptors.
    var isListening = true
    var failures: UInt64 = 0
    var isShuttingDown = false
    var shutdownDeadline: UInt64 = 0

    package init(settings: SpawnerSettings) throws(SystemError) {
        self.settings = settings.bounded(byOpenFiles: Self.openFileLimit())
        // First, so that no later descriptor gets a window's number.
        filler = try DescriptorWindow.reserve()
        try Self.prepareProcess()
        userRange = try UserRange(first: settings.firstUser, count: settings.userCount)
        signals = Descriptor(owning: try check("signalfd", cloister_signalfd()))
        listener = try DaemonListener(
            path: settings.socket, daemonUser: settings.daemonUser, daemonGroup: settings.daemonGroup)
        let stage = try Stage(
            path: try Self.stageDirectory(settings.socket), initProgram: settings.initProgram,
            driverDirectory: settings.driver, zygoteLibrary: settings.zygoteLibrary)
        cgroups = try Cgroups.backend(instance: settings.instance, group: settings.cgroup)
        try Self.removeLeftovers(cgroups)
        workspaces = try WorkspaceStore(
            poolPath: settings.pool, overcommitPercent: settings.poolOvercommit, stage: stage)
        images = try ImageLibrary(path: settings.images, stage: stage)
        factory = try SessionFactory(settings: settings, stage: stage, cgroups: cgroups, poolDevice: workspaces.device)
        users = UserAllocator(firstUser: settings.firstUser, userCount: settings.userCount)
        try cgroups.allowJoins(group: users.zygoteGroup)
        loop = try EventLoop()
        try loop.add(listener.socket, .listener)
        try loop.add(signals, .signals)
    }

    private static func prepareProcess() throws(SystemError) {
        umask(0o022)
        // With an ignored SIGCHLD, say, nobody's exit could be collected.
        try check("reset signals", cloister_reset_signals())
        // A driver's parent is outside its pid namespace: its exit has to be collected here.
        try check("subreaper", cloister_set_child_subreaper())
        try check("groups", cloister_drop_groups())
        try check("securebits", cloister_keep_capabilities_across_uid())
        try check("open files", cloister_raise_open_files())
        try CoreDumps.requireHarmless()
        _ = cloister_set_name("cloister-spawner")
    }

    private static func openFileLimit() -> UInt64 {
        _ = cloister_raise_open_files()
        return UInt64(max(0, sysconf(CInt(_SC_OPEN_MAX))))
    }

    private static func stageDirectory(_ socket: String) throws(SystemError) -> String {
        let directory = socket[..<(socket.lastIndex(of: "/") ?? socket.startIndex)]
        let path = "\(directory)/stage"
        if mkdir(path, 0o700) < 0, errno != EEXIST { throw SystemError("mkdir \(path)", errno: errno) }
        return path
    }

    /// Sessions of a spawner that died have ended with it; their groups are still there.
    private static func removeLeftovers(_ cgroups: any CgroupBackend) throws(SystemError) {
        var names = try cgroups.existing()
        for name in names { try? cgroups.kill(name) }
        for _ in 0..<200 where !names.isEmpty {
            names.removeAll { cgroups.remove($0) }
            if !names.isEmpty { usleep(5000) }
        }
        for name in names { SpawnerLog.write("cannot remove the leftover cgroup \(name)") }
    }

    /// Serves until SIGTERM or SIGINT, then ends every session.
    package func run() throws(SystemError) {
        SpawnerLog.write("ready: cgroup \(cgroups.isUnified ? "v2" : "hybrid"), landlock \(factory.landlock)")
        while !(isShuttingDown && isFinished) {
            for token in try loop.wait(milliseconds: waitingTime) { handle(token) }
            startWaiting()
            startWaitingCommands()
            removeEndedWorkspaces()
            refill()
            upkeep()
        }
        cgroups.removeInstance()
        SpawnerLog.write("stopped")
    }

    private func handle(_ token: LoopToken) {
        switch token {
        case .listener: acceptDaemon()
        case .signals: handleSignals()
        case .daemon(let number): serveDaemon(number)
        case .holder(let number): holderReported(number)
        case .driver(let number): driverReported(number)
        case .zygote(let number): zygoteReported(number)
        case .checkpoint(let number): checkpointReported(number)
        case .lifeline(let number): initReported(number)
        case .command(let number): commandReported(Int32(truncatingIfNeeded: number))
        }
    }

    private func handleSignals() {
        while true {
            let signal = cloister_signalfd_read(signals.number)
            if signal <= 0 { return }
            if signal == SIGCHLD { reapChildren() }
            if signal == SIGTERM || signal == SIGINT { beginShutdown() }
        }
    }
}
