// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
import Platform
import SpawnerProtocol

/// Checkpoints: from the socket that a driver gets for one to a process that outlives its driver.
///
/// The driver is not trusted with any of it. Which process a checkpoint is says the kernel, by the credentials of the
/// message that it sends, and it has to be one of the session's running tree.
extension Spawner {
    func keep(_ session: HeldSession, _ incarnation: UInt32, _ listing: CheckpointListing, _ request: PendingRequest) {
        guard case .live = session.state, let live = session.incarnation, live.number == incarnation, live.ended == nil
        else { return fail(request, session.key, SpawnerFailure(.noDriver)) }
        guard listing.number != 0, session.checkpoints[listing.number] == nil else {
            return fail(request, session.key, SpawnerFailure(.badRequest, step: "checkpoint"))
        }
        guard session.checkpoints.count < CheckpointListing.most else {
            return fail(request, session.key, SpawnerFailure(.busy, step: "too many checkpoints"))
        }
        do throws(SystemError) {
            try expect(session, live, listing)
            reply(request, session.key, .done)
        } catch {
            fail(request, session.key, SpawnerFailure(.system, step: error.step, errno: error.errno))
        }
    }

    private func expect(_ session: HeldSession, _ live: LiveIncarnation, _ listing: CheckpointListing)
        throws(SystemError)
    {
        let pair = try SessionSockets.Pair(SOCK_SEQPACKET, takesDescriptors: true)
        _ = cloister_refuse_descriptors(pair.outside.number)
        try check("SO_PASSCRED", cloister_pass_credentials(pair.outside.number))
        lastCheckpoint += 1
        let checkpoint = HeldCheckpoint(
            listing, serial: lastCheckpoint, session: session.number, socket: pair.outside)
        try loop.add(pair.outside, .checkpoint(checkpoint.serial))
        let name = withUnsafeBytes(of: listing.number.littleEndian) { Array($0) }
        let inside = pair.inside
        let sent = withExtendedLifetime(inside) {
            cloister_send_descriptors(live.sockets.keeper.number, name, name.count, [inside.number], 1)
        }
        do { try check("give the driver a socket", sent) } catch {
            loop.remove(pair.outside)
            throw error
        }
        checkpoints[checkpoint.serial] = checkpoint
        session.checkpoints[listing.number] = checkpoint
    }

    /// The process of a checkpoint says that it is there; later it has ended.
    func checkpointReported(_ serial: UInt64) {
        guard let checkpoint = checkpoints[serial], let session = table[checkpoint.session] else { return }
        guard case .expected = checkpoint.stage else { return lose(checkpoint, session) }
        do throws(SystemError) {
            try arrive(checkpoint, session)
        } catch {
            SpawnerLog.write("session \(session.number), checkpoint: \(error)")
            lose(checkpoint, session)
        }
    }

    private func arrive(_ checkpoint: HeldCheckpoint, _ session: HeldSession) throws(SystemError) {
        var byte: UInt8 = 0
        var pid: pid_t = 0
        let received = cloister_receive_with_credentials(checkpoint.socket.number, &byte, 1, &pid)
        if received == -Int(EAGAIN) { return }
        try check("checkpoint's socket", received)
        // The driver has thought better of it.
        if received == 0 { return lose(checkpoint, session) }
        // A command's process is collected here, and would not be by init, as a checkpoint is.
        guard received == 1, pid > 0, let incarnation = session.incarnation, pid != incarnation.driverPid,
            commands[pid] == nil
        else {
            throw SystemError("checkpoint's socket", errno: EBADMSG)
        }
        let process = Descriptor(owning: try check("pidfd", cloister_pidfd_open(pid)))
        // The number is of that process as long as it lives: it is looked up after the descriptor was opened.
        let running = try cgroups.entrances(incarnation.cgroup.name, .run)
        guard let list = running.first, try list.readWhole().split(separator: "\n").contains("\(pid)") else {
            throw SystemError("checkpoint's process", errno: ESRCH)
        }
        loop.remove(checkpoint.socket)
        (checkpoint.pid, checkpoint.process) = (pid, process)
        try loop.add(process, .checkpoint(checkpoint.serial))
        // The kernel shall rather end what runs.
        try? Descriptor.open("/proc/\(pid)/oom_score_adj", O_WRONLY).write("0")
        checkpoint.stage = .leaving
        try move(checkpoint, incarnation, to: .keep)
    }

    /// Has a child move the process: the kernel makes whoever does that wait for milliseconds.
    func move(_ checkpoint: HeldCheckpoint, _ incarnation: LiveIncarnation, to leaf: CgroupLeaf) throws(SystemError) {
        let files = try cgroups.entrances(incarnation.cgroup.name, leaf)
        let text = Array("\(checkpoint.pid)".utf8)
        var pidfd: CInt = -1
        let pid = cloister_clone(UInt64(CLOISTER_CLONE_FILES), -1, &pidfd)
        if pid == 0 {
            for file in files where write(file.number, text, text.count) != text.count { cloister_exit(1) }
            cloister_exit(0)
        }
        try check("clone a mover", pid)
        close(pidfd)
        movers[pid] = CheckpointMover(checkpoint: checkpoint, files: files)
        checkpoint.isMoving = true
    }

    func moved(_ checkpoint: HeldCheckpoint, _ status: ProcessStatus) {
        checkpoint.isMoving = false
        guard checkpoints[checkpoint.serial] != nil, let session = table[checkpoint.session] else { return }
        guard status == .exited(code: 0) else { return lose(checkpoint, session) }
        switch checkpoint.stage {
        case .leaving:
            checkpoint.stage = .kept
            sweep(session)
            announce(session, .checkpointKept(checkpoint.number))
        case .returning: wake(checkpoint, session)
        case .expected, .kept: break
        }
    }

    func drop(_ session: HeldSession, _ number: UInt32, _ request: PendingRequest) {
        for checkpoint in Array(session.checkpoints.values) where number == 0 || checkpoint.number == number {
            if case .rollingBack(_, let present) = session.state, present === checkpoint { continue }
            forget(checkpoint, session)
        }
        sweep(session)
        reply(request, session.key, .done)
    }

    /// Kills what a checkpoint that is none has started beside it, where no kill of the running tree reaches.
    func sweep(_ session: HeldSession) {
        guard let incarnation = session.incarnation else { return }
        let known = Set(session.checkpoints.values.map(\.pid) + [incarnation.initPid])
        for pid in keptProcesses(incarnation) where !known.contains(pid) {
            let opened = cloister_pidfd_open(pid)
            guard opened >= 0 else { continue }
            let process = Descriptor(owning: opened)
            // The number is that process' own as long as it is listed.
            if keptProcesses(incarnation).contains(pid) { _ = cloister_pidfd_signal(process.number, SIGKILL) }
        }
    }

    private func keptProcesses(_ incarnation: LiveIncarnation) -> [Int32] {
        guard let list = try? cgroups.entrances(incarnation.cgroup.name, .keep).first?.readWhole() else { return [] }
        return list.split(separator: "\n").compactMap { Int32($0) }
    }

    /// Its process is gone, or never was what it should be.
    func lose(_ checkpoint: HeldCheckpoint, _ session: HeldSession) {
        forget(checkpoint, session)
        announce(session, .checkpointGone(checkpoint.number))
        if case .rollingBack(_, let present) = session.state, present === checkpoint {
            startFailed(session, SystemError("the checkpoint ended", errno: ESRCH))
        }
    }

    func forgetCheckpoints(_ session: HeldSession) {
        for checkpoint in Array(session.checkpoints.values) { forget(checkpoint, session) }
    }

    private func forget(_ checkpoint: HeldCheckpoint, _ session: HeldSession) {
        session.checkpoints[checkpoint.number] = nil
        release(checkpoint)
        if let process = checkpoint.process { _ = cloister_pidfd_signal(process.number, SIGKILL) }
    }

    /// Watches it no longer.
    func release(_ checkpoint: HeldCheckpoint) {
        loop.remove(checkpoint.process ?? checkpoint.socket)
        checkpoints[checkpoint.serial] = nil
    }
}
