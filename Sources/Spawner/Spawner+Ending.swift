// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
import Platform
import SpawnerProtocol

/// Ending incarnations and sessions. Everything is killed at once; what the kernel lets go later is retried.
extension Spawner {
    func renew(_ session: HeldSession, _ request: PendingRequest) {
        switch session.state {
        case .live:
            session.avoidsZygote = false
            stop(session, .renew(request))
        case .idle: enqueue(session, request)
        default: fail(request, session.key, SpawnerFailure(.busy))
        }
    }

    /// A session that is still starting answers when it is there, to whoever asked last.
    func adopt(_ session: HeldSession, _ request: PendingRequest) {
        let superseded = session.state.pending
        switch session.state {
        case .live: return replyIncarnation(session, request)
        case .waiting: session.state = .waiting(request)
        case .startingHolder(_, let window): session.state = .startingHolder(request, window)
        case .startingDriver(_, let window): session.state = .startingDriver(request, window)
        case .awaitingZygote: session.state = .awaitingZygote(request)
        case .awaitingExec: session.state = .awaitingExec(request)
        case .rollingBack(_, let checkpoint): session.state = .rollingBack(request, checkpoint)
        case .stopping(.retry): session.state = .stopping(.retry(request))
        case .stopping(.renew): session.state = .stopping(.renew(request))
        case .stopping: return fail(request, session.key, SpawnerFailure(.busy))
        case .idle, .spare: return fail(request, session.key, SpawnerFailure(.noDriver))
        }
        if let superseded { fail(superseded, session.key, SpawnerFailure(.busy, step: "superseded")) }
    }

    /// The answer does not wait until the kernel has taken everything apart: after the signal no process of the session
    /// runs any more code of its own.
    func destroy(_ session: HeldSession, _ request: PendingRequest?) {
        if let superseded = session.state.pending {
            fail(superseded, session.key, SpawnerFailure(.busy, step: "superseded"))
        }
        switch session.state {
        case .stopping: session.state = .stopping(.destroy)
        case .startingHolder(_, let window), .startingDriver(_, let window):
            stop(session, .destroy)
            release(window)
        case .waiting, .spare, .awaitingZygote, .awaitingExec, .rollingBack, .live, .idle: stop(session, .destroy)
        }
        workspaces.giveUp(&session.workspace)
        let key = session.key
        table.unassign(session)
        if let request { reply(request, key, .done) }
    }

    func interrupt(_ session: HeldSession, _ number: UInt32, _ rung: InterruptRung, _ request: PendingRequest) {
        guard case .live = session.state, let incarnation = session.incarnation, incarnation.number == number,
            incarnation.ended == nil, let process = incarnation.driverProcess
        else { return fail(request, session.key, SpawnerFailure(.noDriver)) }
        let failure = cloister_pidfd_signal(process.number, rung.signal)
        if failure < 0 { return fail(request, session.key, SpawnerFailure(.system, step: "signal", errno: -failure)) }
        reply(request, session.key, .done)
    }

    /// Kills the whole incarnation. What comes next happens when its processes have been collected.
    func stop(_ session: HeldSession, _ afterwards: HeldSession.Afterwards) {
        session.state = .stopping(afterwards)
        if let incarnation = session.incarnation {
            loop.remove(incarnation.lifeline)
            if let status = incarnation.driverStatus { loop.remove(status) }
            incarnation.driverStatus = nil
            forgetCheckpoints(session)
            try? incarnation.cgroup.kill.write("1")
            forgetCommands(session)
            // A process that did not reach its cgroup yet dies with init, or by its pidfd.
            for process in [incarnation.initProcess, incarnation.driverProcess] {
                if let process { _ = cloister_pidfd_signal(process.number, SIGKILL) }
            }
        }
        finishStopping(session)
    }

    func reapChildren() {
        while true {
            var status: CInt = 0
            let pid = cloister_reap_any(&status)
            guard pid > 0 else { return }
            collected(pid, ProcessStatus(waitStatus: status))
        }
    }

    private func collected(_ pid: Int32, _ status: ProcessStatus) {
        if let session = table.owner(ofProcess: pid) {
            ended(session, pid, status)
        } else if let mover = movers.removeValue(forKey: pid) {
            moved(mover.checkpoint, status)
        } else if !commandEnded(pid, status), !zygoteEnded(pid, status) {
            noteStray(pid, status)
        }
    }

    private func ended(_ session: HeldSession, _ pid: Int32, _ status: ProcessStatus) {
        guard let incarnation = session.incarnation else { return }
        if pid == incarnation.initPid {
            incarnation.initPid = 0
            if incarnation.isDriverOfInit { noteDriver(incarnation, .signaled(number: UInt8(SIGKILL))) }
        } else {
            incarnation.driverPid = 0
            incarnation.lastDriverStatus = status
        }
        switch session.state {
        case .stopping: finishStopping(session)
        case .rollingBack where incarnation.initPid == 0:
            startFailed(session, SystemError("the session ended", errno: ECHILD))
        case .rollingBack: rollbackAdvanced(session)
        case .live:
            // Init's end takes the driver along, whose own status follows.
            noteDeath(session)
        case .startingHolder where incarnation.initPid == 0:
            holderReported(session.number)
            noteDeath(session)
        case .startingDriver where incarnation.driverPid == 0, .awaitingExec where incarnation.driverPid == 0:
            // What it said before it died names the step that failed.
            driverReported(session.number)
            noteDeath(session)
        case .awaitingZygote:
            driverReported(session.number)
            noteDeath(session)
        case .spare: destroy(session, nil)
        default: break
        }
    }

    /// A process is gone. A start that nothing it said has ended fails; a live session has lost its driver.
    func noteDeath(_ session: HeldSession) {
        if session.state.isStarting {
            startFailed(session, SystemError("a process of the session died while it started", errno: ECHILD))
        } else if case .live = session.state, let incarnation = session.incarnation, incarnation.driverPid == 0,
            incarnation.ended == nil, let status = incarnation.lastDriverStatus
        {
            incarnation.ended = status
            announce(session, .driverEnded(incarnation: incarnation.number, status: status))
        }
    }

    /// Goes on once no process of the incarnation is left.
    private func finishStopping(_ session: HeldSession) {
        guard case .stopping(let afterwards) = session.state else { return }
        if let incarnation = session.incarnation {
            guard incarnation.initPid == 0, incarnation.driverPid == 0 else { return }
            let name = incarnation.cgroup.name
            session.incarnation = nil
            if !cgroups.remove(name) { pendingCgroups.append(name) }
        }
        switch afterwards {
        case .renew(let request), .retry(let request): enqueue(session, request)
        case .destroy: discard(session)
        case .fail(let request, let failure):
            if session.hasLived { session.state = .idle } else { discard(session) }
            noteSpareFailure(session)
            fail(request, session.key, failure)
        }
    }

    private func discard(_ session: HeldSession) {
        table.remove(session)
        forgetSpare(session)
        workspaces.giveUp(&session.workspace)
        // Deleting it takes milliseconds that nobody needs to wait for.
        endedWorkspaces.append(session.workspace)
        users.giveBack(session.userSlot, now: Clock.now())
    }
}

extension InterruptRung {
    /// The driver's modules name the same numbers.
    fileprivate var signal: CInt {
        switch self {
        case .interrupt: SIGINT
        case .force: 63
        case .dump: 64
        }
    }
}
