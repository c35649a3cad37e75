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
    func renew(_ session: HeldSession, request: UInt64) {
        switch session.state {
        case .live: stop(session, .renew(request: request))
        case .idle: enqueue(session, request: request)
        default: fail(request, session.key, SpawnerFailure(.busy))
        }
    }

    /// A session that is still starting answers when it is there.
    func adopt(_ session: HeldSession, request: UInt64) {
        switch session.state {
        case .live: replyIncarnation(session, request: request)
        case .waiting: session.state = .waiting(request: request)
        case .startingHolder(_, let window): session.state = .startingHolder(request: request, window)
        case .startingDriver(_, let window): session.state = .startingDriver(request: request, window)
        case .awaitingExec: session.state = .awaitingExec(request: request)
        case .stopping(.renew): session.state = .stopping(.renew(request: request))
        case .stopping: fail(request, session.key, SpawnerFailure(.busy))
        case .idle: fail(request, session.key, SpawnerFailure(.noDriver))
        }
    }

    func destroy(_ session: HeldSession, request: UInt64?) {
        switch session.state {
        case .stopping(.destroy):
            if let request { fail(request, session.key, SpawnerFailure(.busy)) }
        case .stopping: session.state = .stopping(.destroy(request: request))
        case .startingHolder(_, let window), .startingDriver(_, let window):
            stop(session, .destroy(request: request))
            release(window)
        case .waiting, .awaitingExec, .live, .idle: stop(session, .destroy(request: request))
        }
    }

    func interrupt(_ session: HeldSession, _ number: UInt32, request: UInt64) {
        guard case .live = session.state, let incarnation = session.incarnation, incarnation.number == number,
            incarnation.ended == nil, let process = incarnation.driverProcess
        else { return fail(request, session.key, SpawnerFailure(.noDriver)) }
        let failure = cloister_pidfd_signal(process.number, SIGINT)
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
            try? incarnation.cgroup.files.kill.write("1")
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
            if let session = table.owner(ofProcess: pid) { ended(session, pid, ProcessStatus(waitStatus: status)) }
        }
    }

    private func ended(_ session: HeldSession, _ pid: Int32, _ status: ProcessStatus) {
        guard let incarnation = session.incarnation else { return }
        if pid == incarnation.initPid { incarnation.initPid = 0 } else { incarnation.driverPid = 0 }
        switch session.state {
        case .stopping: finishStopping(session)
        case .live:
            // Init's end takes the driver along, whose own status follows.
            guard pid != incarnation.initPid, incarnation.driverPid == 0, incarnation.ended == nil else { return }
            incarnation.ended = status
            reply(0, session.key, .driverEnded(incarnation: incarnation.number, status: status))
        case .startingHolder where incarnation.initPid == 0: holderReported(session.number)
        case .startingDriver where incarnation.driverPid == 0, .awaitingExec where incarnation.driverPid == 0:
            startFailed(session, SystemError("the driver's process died", errno: ECHILD))
        default: break
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
        case .renew(let request): enqueue(session, request: request)
        case .destroy(let request):
            discard(session)
            if let request { reply(request, session.key, .done) }
        case .fail(let request, let failure):
            if session.hasLived { session.state = .idle } else { discard(session) }
            fail(request, session.key, failure)
        }
    }

    private func discard(_ session: HeldSession) {
        table.remove(session)
        workspaces.remove(session.workspace)
        users.giveBack(session.userSlot, now: Clock.now())
    }
}
