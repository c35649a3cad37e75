// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Isolation
import Platform
import SpawnerProtocol

/// Everything that belongs to one life of a session's process tree.
final class LiveIncarnation {
    var number: UInt32
    var cgroup: SessionCgroup
    /// The ends outside: the daemon gets all of them but the keeper.
    var sockets: DriverSockets<Descriptor>
    /// The mount of the synthetic `/proc` files until the session has it, and its directory for the daemon.
    var procMount: Descriptor?
    let procView: Descriptor
    /// Closing it ends init.
    let lifeline: Descriptor
    /// Ends that the session gets; dropped once init and the driver have them.
    var lifelineInside: Descriptor?
    var driverEnds: DriverSockets<Descriptor>?
    var workspace: Descriptor?
    var workspaceWritable: Descriptor?
    var initPid: Int32 = 0
    var initProcess: Descriptor?
    var driverPid: Int32 = 0
    var driverProcess: Descriptor?
    var driverStatus: Descriptor?
    /// The driver came from a checkpoint: init collects it, and tells how it ended.
    var isDriverOfInit = false
    /// The running tree has been killed before: the kernel (6.13 and later) then kills whoever is born into its group.
    var wasKilled = false
    /// The driver's process has said that it is about to execute.
    var isExecuting = false
    var lastDriverStatus: ProcessStatus?
    /// How the driver ended, once that is known to the daemon.
    var ended: ProcessStatus?
    var path = CreationPath.exec
    var isHolderPooled = false
    /// When the phase that is going on began.
    var phaseStart: UInt64 = 0
    var phases = [UInt64](repeating: 0, count: CreationPhase.allCases.count)

    init(
        number: UInt32, cgroup: SessionCgroup, sockets: SessionSockets, procMount: Descriptor, procView: Descriptor
    ) {
        self.number = number
        self.cgroup = cgroup
        self.sockets = sockets.driver.map(\.outside)
        lifeline = sockets.lifeline.outside
        lifelineInside = sockets.lifeline.inside
        driverEnds = sockets.driver.map(\.inside)
        self.procMount = procMount
        self.procView = procView
    }

    func note(_ phase: CreationPhase, since start: UInt64) {
        phases[Int(phase.rawValue) - 1] = Clock.now() &- start
    }

    func add(_ phase: CreationPhase, since start: UInt64) {
        phases[Int(phase.rawValue) - 1] &+= Clock.now() &- start
    }

    /// Drops what the daemon has now and what can be opened again: a thousand sessions keep a thousand times as much.
    func dropCopies() {
        cgroup.entrance = nil
        cgroup.files = nil
        workspace = nil
        workspaceWritable = nil
    }

    func forgetPhases() { phases = [UInt64](repeating: 0, count: phases.count) }

    /// What the daemon gets, in the order of the roles.
    var passed: [(role: DescriptorRole, descriptor: Descriptor)] {
        let files = cgroup.files
        let all: [(DescriptorRole, Descriptor?)] = [
            (.control, sockets.control), (.stdout, sockets.stdout), (.stderr, sockets.stderr),
            (.freeze, files?.freeze),
            (.events, files?.events), (.kill, cgroup.kill), (.memoryCurrent, files?.memoryCurrent),
            (.memoryPeak, cgroup.memoryPeak), (.memoryEvents, files?.memoryEvents), (.memoryMax, files?.memoryMax),
            (.pidsCurrent, files?.pidsCurrent), (.pidsEvents, files?.pidsEvents), (.cpuUsage, files?.cpuUsage),
            (.initProcess, initProcess),
            (.workspace, workspace), (.workspaceWritable, workspaceWritable), (.procView, procView),
            (.display, sockets.display), (.killRunning, files?.killRunning),
        ]
        return all.compactMap { role, descriptor in descriptor.map { (role, $0) } }
    }
}
