// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
import Platform
import SpawnerProtocol

/// The set-up of commands, which come into a session as a driver by exec does.
extension SessionFactory {
    func startCommand(
        _ command: WaitingCommand, _ session: HeldSession, _ incarnation: LiveIncarnation, _ window: DescriptorWindow
    ) throws(SystemError) -> HeldCommand {
        guard let holder = incarnation.initProcess else { throw SystemError("no holder", errno: ESRCH) }
        let entrance = try cgroups.entrance(incarnation.cgroup.name)
        let sockets = try SessionSockets.forCommand()
        let status = try SessionSockets.Pair(SOCK_SEQPACKET)
        // A birth costs less, but is not to be had: then the child goes there itself, first of all.
        let way = incarnation.wasKilled ? [try cgroups.entrances(incarnation.cgroup.name, .run)[0]] : []
        let plan = try plan(
            session, window, holder, status.inside, sockets.map(\.inside), tasks: way + entrance.runTasks)
        let started = try cloneIntoSession(plan, holder, group: way.isEmpty ? entrance.run.number : -1)
        return HeldCommand(
            number: command.number, session: session.number, incarnation: incarnation.number,
            sockets: sockets.map(\.outside), stage: .starting(command.request, window), status: status.outside,
            pid: started.pid, process: started.process)
    }

    private func plan(
        _ session: HeldSession, _ window: DescriptorWindow, _ holder: Descriptor, _ status: Descriptor,
        _ ends: CommandSockets<Descriptor>, tasks: [Descriptor]
    ) throws(SystemError) -> DriverPlan {
        let placed = try place([status, holder], window, from: 0)
        var position: CInt = 2
        let sockets = try ends.map { (end) throws(SystemError) in
            defer { position += 1 }
            return try window.place(end, at: position)
        }
        return driverPlan(
            session, window, status: placed[0], holder: placed[1], SessionDescriptors(sockets), .command,
            tasks: try place(tasks, window, from: position))
    }
}
