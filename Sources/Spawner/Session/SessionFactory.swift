// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
import Platform
import SpawnerProtocol

/// The set-up of incarnations: what the spawner prepares, and the two processes it starts.
final class SessionFactory {
    let settings: SpawnerSettings
    let stage: Stage
    let cgroups: any CgroupBackend
    let filters: SessionFilters
    private let daemonMapping: Descriptor
    private let ownPidNamespace: Descriptor
    private let processorBlocks: [String]
    let landlock: CInt
    /// Kernel 6.3 and later map ids on tmpfs, which a workspace there needs.
    let mapsTmpfs: Bool
    private let poolDevice: UInt64
    /// The spawner itself is protected from the out-of-memory killer; its children inherit that and must not keep it.
    private let isProtected: Bool

    init(settings: SpawnerSettings, stage: Stage, cgroups: any CgroupBackend, poolDevice: UInt64) throws(SystemError) {
        self.settings = settings
        self.stage = stage
        self.cgroups = cgroups
        self.poolDevice = poolDevice
        filters = try SessionFilters()
        daemonMapping = try UserNamespace.mapping(
            onDisk: SessionIdentity.userInside, toUser: settings.daemonUser, group: settings.daemonGroup)
        ownPidNamespace = try Descriptor.open("/proc/self/ns/pid", O_RDONLY)
        landlock = max(0, cloister_landlock_abi())
        let probe = try Mount.make("tmpfs", [("size", "4k")], [.noSetuid, .noDevices])
        mapsTmpfs = (try? Mount.restrict(probe, [.noSetuid], userNamespace: daemonMapping)) != nil
        isProtected = try Descriptor.open("/proc/self/oom_score_adj", O_RDONLY).readText().hasPrefix("-")
        processorBlocks = ProcView.processorBlocks(from: try Descriptor.open("/proc/cpuinfo", O_RDONLY).readWhole())
    }

    /// Cgroup, sockets and the synthetic /proc of a new incarnation.
    func prepare(_ session: HeldSession, joiner: UInt32?) throws(SystemError) -> LiveIncarnation {
        let start = Clock.now()
        let number = session.incarnations + 1
        session.attempts += 1
        let cgroup = try cgroups.create(
            "s\(session.number)-\(session.attempts)", cgroupLimits(session), joiner: joiner)
        do {
            let facts = facts(memoryBytes: session.limits.memoryBytes, processors: session.limits.processors)
            let view = try ProcView.make(facts, owner: settings.daemonUser, group: settings.daemonGroup)
            let incarnation = LiveIncarnation(
                number: number, cgroup: cgroup, sockets: try SessionSockets(), procMount: view,
                procView: try Descriptor.open(at: view, ".", O_RDONLY | O_DIRECTORY))
            incarnation.note(.cgroup, since: start)
            return incarnation
        } catch {
            _ = cgroups.remove(cgroup.name)
            throw error
        }
    }

    private func cgroupLimits(_ session: HeldSession) -> CgroupLimits {
        let limits = session.limits
        return CgroupLimits(
            memoryBytes: limits.memoryBytes, pids: limits.pids, cpuMillis: limits.cpuMillis,
            cpuWeight: limits.cpuWeight, readRate: limits.ioReadBytesPerSecond,
            writeRate: limits.ioWriteBytesPerSecond, devices: [poolDevice, session.image.device])
    }

    func facts(memoryBytes: UInt64, processors: UInt32) -> ProcView.Facts {
        ProcView.Facts(memoryBytes: memoryBytes, processors: Int(processors), processorBlocks: processorBlocks)
    }

    /// Gives a session's present limits to its holder, which was made with others.
    func adjust(_ session: HeldSession, _ incarnation: LiveIncarnation) throws(SystemError) {
        try cgroups.adjust(incarnation.cgroup.name, cgroupLimits(session))
        let limits = session.limits
        try ProcView.update(
            incarnation.procView, facts(memoryBytes: limits.memoryBytes, processors: limits.processors))
    }

    /// Makes the namespaces. The new process waits until everything that it needs is in its window.
    func startHolder(_ session: HeldSession, _ incarnation: LiveIncarnation, _ window: DescriptorWindow, owner: UInt32)
        throws(SystemError)
    {
        let start = Clock.now()
        let root = try session.image.clone()
        let workspace = try Mount.clone(session.workspace.root.number)
        let covers = try Mount.clone(stage.covers.number)
        guard let view = incarnation.procMount else { throw SystemError("no /proc view", errno: EINVAL) }
        guard let lifeline = incarnation.lifelineInside else { throw SystemError("no lifeline", errno: EINVAL) }
        let placed = try place(
            [lifeline, root, workspace, view, covers, stage.initProgram], window, from: 0)
        let tasks = try place(try entrance(incarnation).keepTasks, window, from: 6)
        let plan = HolderPlan(
            window: window, status: placed[0], root: placed[1], workspace: placed[2], procView: placed[3],
            covers: placed[4], initProgram: placed[5], tasks: tasks, attachPath: "/run",
            tmpBytes: session.limits.tmpBytes, shmBytes: session.limits.shmBytes)
        incarnation.note(.mounts, since: start)
        try cloneHolder(incarnation, plan, owner: owner)
        incarnation.procMount = nil
        incarnation.lifelineInside = nil
        try UserNamespace.map(
            pid: incarnation.initPid, users: session.identity.map, groups: session.identity.map)
        if isProtected {
            try Descriptor.open("/proc/\(incarnation.initPid)/oom_score_adj", O_WRONLY).write("0")
        }
        let namespace = try UserNamespace.descriptor(pid: incarnation.initPid)
        try Mount.restrict(workspace, [.noSetuid, .noDevices], userNamespace: namespace)
        try check("start the holder", cloister_send(incarnation.lifeline.number, [1], 1))
    }

    /// The namespace's owner is the image's zygote user, who has every right over it and none elsewhere.
    private func cloneHolder(_ incarnation: LiveIncarnation, _ plan: HolderPlan, owner: UInt32) throws(SystemError) {
        let entrance = try entrance(incarnation)
        try check("become the owner", cloister_set_effective_uid(owner))
        var pidfd: CInt = -1
        let pid = cloister_clone(Holder.cloneFlags, entrance.keep.number, &pidfd)
        if pid == 0 { Holder.become(plan) }
        guard cloister_set_effective_uid(0) >= 0 else {
            SpawnerLog.write("cannot become root again")
            cloister_exit(1)
        }
        try check("clone the holder", pid)
        incarnation.initPid = pid
        incarnation.initProcess = Descriptor(owning: pidfd)
    }

    func place(_ descriptors: [Descriptor], _ window: DescriptorWindow, from position: CInt) throws(SystemError)
        -> [CInt]
    {
        var placed: [CInt] = []
        for (index, descriptor) in descriptors.enumerated() {
            placed.append(try window.place(descriptor, at: position + CInt(index)))
        }
        return placed
    }

    /// The workspace as the daemon sees it: its own files, and nothing to follow or to execute.
    func openWorkspaceForDaemon(_ session: HeldSession, _ incarnation: LiveIncarnation) throws(SystemError) {
        let closed: MountAttributes = [.noSetuid, .noDevices, .noExecute, .noSymlinks]
        let readOnly = try Mount.clone(session.workspace.root.number)
        try Mount.restrict(readOnly, closed.union(.readOnly), userNamespace: daemonMapping)
        let writable = try Mount.clone(session.workspace.root.number)
        try Mount.restrict(writable, closed, userNamespace: daemonMapping)
        incarnation.workspace = readOnly
        incarnation.workspaceWritable = writable
    }

    /// Starts the driver in a holder that is ready.
    func startDriver(_ session: HeldSession, _ incarnation: LiveIncarnation, _ window: DescriptorWindow)
        throws(SystemError)
    {
        guard let holder = incarnation.initProcess else { throw SystemError("no holder", errno: ESRCH) }
        let status = try SessionSockets.Pair(SOCK_SEQPACKET)
        let placed = try place([status.inside, holder], window, from: 0)
        var position: CInt = 2
        let sockets = try driverEnds(incarnation).map { (end) throws(SystemError) in
            defer { position += 1 }
            return try window.place(end, at: position)
        }
        let entrance = try entrance(incarnation)
        let plan = driverPlan(
            session, window, status: placed[0], holder: placed[1], SessionDescriptors(sockets), .driver,
            tasks: try place(entrance.runTasks, window, from: position))
        let started = try cloneIntoSession(plan, holder, group: entrance.run.number)
        (incarnation.driverPid, incarnation.driverProcess) = (started.pid, started.process)
        incarnation.driverStatus = status.outside
        incarnation.driverEnds = nil
    }

    func driverPlan(
        _ session: HeldSession, _ window: DescriptorWindow, status: CInt, holder: CInt, _ sockets: SessionDescriptors,
        _ program: SessionProgram, tasks: [CInt]
    ) -> DriverPlan {
        DriverPlan(
            window: window, status: status, holder: holder, sockets: sockets, program: program, tasks: tasks,
            limits: driverLimits(session.limits), filters: filters, landlock: landlock,
            firstProcessor: UInt32(truncatingIfNeeded: session.number), processors: session.limits.processors)
    }

    func driverEnds(_ incarnation: LiveIncarnation) throws(SystemError) -> DriverSockets<Descriptor> {
        guard let ends = incarnation.driverEnds else { throw SystemError("no sockets", errno: EINVAL) }
        return ends
    }

    func entrance(_ incarnation: LiveIncarnation) throws(SystemError) -> CgroupEntrance {
        guard let entrance = incarnation.cgroup.entrance else {
            throw SystemError("no way into the cgroup", errno: ESRCH)
        }
        return entrance
    }

    func driverLimits(_ limits: SessionLimits) -> DriverLimits {
        // The cgroup's limit of processes is the one that is seen and told. This one counts forks under way too, and
        // would often be met first.
        DriverLimits(
            openFiles: UInt64(limits.openFiles), processes: 2 * UInt64(limits.pids),
            fileBytes: max(limits.workspaceBytes, limits.tmpBytes, limits.shmBytes))
    }

    /// The next child, and only that, is born into the holder's pid namespace.
    /// Without a group, -1, the child is born beside the spawner.
    func cloneIntoSession(_ plan: DriverPlan, _ holder: Descriptor, group: CInt)
        throws(SystemError) -> (pid: Int32, process: Descriptor)
    {
        let pidNamespace = UInt64(CLOISTER_CLONE_NEWPID)
        try check("enter the pid namespace", cloister_setns(holder.number, pidNamespace))
        var pidfd: CInt = -1
        let pid = cloister_clone(DriverProcess.cloneFlags, group, &pidfd)
        if pid == 0 { DriverProcess.become(plan) }
        guard cloister_setns(ownPidNamespace.number, pidNamespace) >= 0 else {
            SpawnerLog.write("cannot leave a session's pid namespace")
            cloister_exit(1)
        }
        try check("clone into the session", pid)
        return (pid, Descriptor(owning: pidfd))
    }
}
