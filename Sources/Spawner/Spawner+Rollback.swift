// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
import Platform
import SpawnerProtocol

/// From a checkpoint to the driver of the next incarnation. Namespaces, init and workspace stay; everything that ran is
/// killed, and the sockets are new.
extension Spawner {
    func rollBack(_ session: HeldSession, to number: UInt32, _ request: PendingRequest) {
        guard case .live = session.state, let incarnation = session.incarnation, incarnation.initPid != 0 else {
            return fail(request, session.key, SpawnerFailure(.noDriver))
        }
        guard let checkpoint = session.checkpoints[number], case .kept = checkpoint.stage else {
            return fail(request, session.key, SpawnerFailure(.noSuchCheckpoint))
        }
        session.startBegan = Clock.now()
        incarnation.forgetPhases()
        incarnation.phaseStart = Clock.now()
        session.state = .rollingBack(request, checkpoint)
        underWay.insert(session.number)
        do throws(SystemError) {
            if incarnation.cgroup.files == nil {
                incarnation.cgroup.files = try cgroups.openFiles(incarnation.cgroup.name)
            }
            incarnation.wasKilled = true
            try incarnation.cgroup.files?.killRunning.write("1")
            forgetCommands(session)
            checkpoint.stage = .returning
        } catch { return startFailed(session, error) }
        rollbackAdvanced(session)
    }

    /// Goes on once the driver of before has been collected.
    func rollbackAdvanced(_ session: HeldSession) {
        guard case .rollingBack(_, let checkpoint) = session.state, let incarnation = session.incarnation,
            incarnation.driverPid == 0, !checkpoint.isMoving
        else { return }
        do throws(SystemError) { try move(checkpoint, incarnation, to: .run) } catch { startFailed(session, error) }
    }

    /// The checkpoint is in the running tree: it gets its sockets and goes on.
    func wake(_ checkpoint: HeldCheckpoint, _ session: HeldSession) {
        guard case .rollingBack(let request, let present) = session.state, present === checkpoint,
            let incarnation = session.incarnation, let process = checkpoint.process
        else { return }
        do throws(SystemError) {
            try? Descriptor.open("/proc/\(checkpoint.pid)/oom_score_adj", O_WRONLY).write("500")
            try watch(checkpoint, session, incarnation)
            let sockets = try SessionSockets.forDriver()
            let inside = sockets.map(\.inside)
            let word: [UInt8] = [1]
            let sent = withExtendedLifetime(inside) {
                cloister_send_descriptors(checkpoint.socket.number, word, 1, inside.all.map(\.number), 5)
            }
            try check("wake the checkpoint", sent)
            // User code may have stopped it: it is a process like others of the session.
            _ = cloister_pidfd_signal(process.number, SIGCONT)
            incarnation.sockets = sockets.map(\.outside)
        } catch { return startFailed(session, error) }
        session.checkpoints[checkpoint.number] = nil
        release(checkpoint)
        session.incarnations += 1
        incarnation.number = session.incarnations
        (incarnation.driverPid, incarnation.driverProcess) = (checkpoint.pid, process)
        (incarnation.isDriverOfInit, incarnation.ended, incarnation.lastDriverStatus) = (true, nil, nil)
        incarnation.path = .checkpoint
        sweep(session)
        becomeLive(session, incarnation, request)
    }

    /// Asks init, which has become its parent, to tell how the process ends.
    private func watch(_ checkpoint: HeldCheckpoint, _ session: HeldSession, _ incarnation: LiveIncarnation)
        throws(SystemError)
    {
        let inside = try Self.innermostPid(checkpoint.pid)
        let word = withUnsafeBytes(of: inside.littleEndian) { Array($0) }
        if !incarnation.isDriverOfInit { try loop.add(incarnation.lifeline, .lifeline(session.number)) }
        incarnation.isDriverOfInit = true
        try check("ask init", cloister_send(incarnation.lifeline.number, word, word.count))
    }

    /// The process' number in the session.
    private static func innermostPid(_ pid: Int32) throws(SystemError) -> Int32 {
        let text = try Descriptor.open("/proc/\(pid)/status", O_RDONLY).readWhole()
        for line in text.split(separator: "\n") where line.hasPrefix("NSpid:") {
            if let last = line.split(whereSeparator: \.isWhitespace).last, let number = Int32(last) { return number }
        }
        throw SystemError("NSpid", errno: ESRCH)
    }

    /// Init has collected the driver: its number inside and its wait status.
    func initReported(_ number: UInt64) {
        guard let session = table[number], let incarnation = session.incarnation else { return }
        var words: [Int32] = [0, 0]
        let received = cloister_receive(incarnation.lifeline.number, &words, 8, 0)
        if received == -Int(EAGAIN) { return }
        // The end of init itself is told by its exit.
        guard received == 8 else { return loop.remove(incarnation.lifeline) }
        guard incarnation.isDriverOfInit, incarnation.driverPid != 0 else { return }
        noteDriver(incarnation, ProcessStatus(waitStatus: Int32(littleEndian: words[1])))
        if case .rollingBack = session.state { rollbackAdvanced(session) } else { noteDeath(session) }
    }

    func noteDriver(_ incarnation: LiveIncarnation, _ status: ProcessStatus) {
        incarnation.driverPid = 0
        incarnation.lastDriverStatus = incarnation.lastDriverStatus ?? status
    }
}
