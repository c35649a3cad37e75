// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
import Platform
import SpawnerProtocol

/// Zygotes: their start, and the request that forks one.
extension SessionFactory {
    var canMakeZygotes: Bool { stage.zygoteLibrary != nil }

    private static let zygotePids: UInt32 = 1024
    private static let zygoteProcessors: UInt32 = 64_000

    struct StartedZygote {
        let group: String
        let socket: Descriptor
        let process: Descriptor
        let pid: Int32
    }

    func startZygote(
        named name: String, image: ImageTree, users: ZygoteUsers, limits: SessionLimits, window: DescriptorWindow
    ) throws(SystemError) -> StartedZygote {
        let cgroup = try cgroups.create(
            name,
            CgroupLimits(
                memoryBytes: settings.zygoteMemoryBytes, pids: Self.zygotePids, cpuMillis: Self.zygoteProcessors,
                cpuWeight: 100, readRate: 0, writeRate: 0, devices: []), joiner: nil)
        do throws(SystemError) {
            let socket = try SessionSockets.Pair(SOCK_SEQPACKET, takesDescriptors: true)
            guard let entrance = cgroup.entrance else { throw SystemError("no way into the cgroup", errno: ESRCH) }
            let plan = try zygotePlan(socket.inside, entrance, image, users, limits, window)
            var pidfd: CInt = -1
            let pid = cloister_clone(ZygoteProcess.cloneFlags, entrance.run.number, &pidfd)
            if pid == 0 { ZygoteProcess.become(plan) }
            try check("clone the zygote", pid)
            let started = StartedZygote(
                group: name, socket: socket.outside, process: Descriptor(owning: pidfd), pid: pid)
            try sendSetup(to: socket.outside)
            return started
        } catch {
            try? cgroup.kill.write("1")
            throw error
        }
    }

    private func zygotePlan(
        _ socket: Descriptor, _ entrance: CgroupEntrance, _ image: ImageTree, _ users: ZygoteUsers,
        _ limits: SessionLimits, _ window: DescriptorWindow
    ) throws(SystemError) -> ZygotePlan {
        guard let library = stage.zygoteLibrary else { throw SystemError("no zygote library", errno: ENOENT) }
        let facts = facts(memoryBytes: settings.zygoteMemoryBytes, processors: limits.processors)
        let view = try ProcView.make(facts, owner: 0, group: 0)
        let root = try image.clone()
        let covers = try Mount.clone(stage.covers.number)
        let placed = try place([socket, root, view, covers, library], window, from: 0)
        return ZygotePlan(
            window: window, socket: placed[0], root: placed[1], procView: placed[2], covers: placed[3],
            library: placed[4], tasks: try place(entrance.runTasks, window, from: 5), user: users.owner,
            group: users.group, filter: filters.joining, processors: limits.processors)
    }

    private func sendSetup(to socket: Descriptor) throws(SystemError) {
        var setup = cloister_zygote_setup()
        setup.user = SessionIdentity.userInside
        setup.landlock = landlock
        setup.instructions = (UInt32(filters.allowed.instructions.count), UInt32(filters.refused.instructions.count))
        var bytes = withUnsafeBytes(of: setup) { Array($0) }
        for filter in [filters.allowed, filters.refused] {
            filter.instructions.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        try check("set up the zygote", cloister_send(socket.number, bytes, bytes.count))
    }

    /// Asks a zygote for a driver in a holder that is ready.
    func requestFork(_ session: HeldSession, _ incarnation: LiveIncarnation, from zygote: HeldZygote)
        throws(SystemError)
    {
        guard let holder = incarnation.initProcess else { throw SystemError("no holder", errno: ESRCH) }
        let status = try SessionSockets.Pair(SOCK_SEQPACKET)
        let ends = try driverEnds(incarnation)
        let entrance = try entrance(incarnation)
        let tasks = entrance.runTasks
        let limits = driverLimits(session.limits)
        let request = cloister_zygote_request(
            number: session.number, open_files: limits.openFiles, processes: limits.processes,
            file_bytes: limits.fileBytes, first_processor: UInt32(truncatingIfNeeded: session.number),
            processors: session.limits.processors, tasks: UInt32(tasks.count), reserved: 0)
        let bytes = withUnsafeBytes(of: request) { Array($0) }
        let passed = [holder, entrance.run] + ends.all + [status.inside] + tasks
        let sent = withExtendedLifetime(passed) {
            cloister_send_descriptors(
                zygote.socket.number, bytes, bytes.count, passed.map(\.number), CInt(passed.count))
        }
        try check("ask the zygote", sent)
        incarnation.driverStatus = status.outside
        incarnation.path = .zygote
    }
}
