// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Isolation
import Platform
import SpawnerProtocol

/// The way of a zygote's fork into a holder.
extension Spawner {
    /// The zygote that this start may use.
    func zygote(for session: HeldSession) -> HeldZygote? {
        guard !session.avoidsZygote, session.key != nil, let zygote = pools[session.imageIndex]?.zygote, zygote.isReady
        else { return nil }
        return zygote
    }

    func join(_ session: HeldSession, _ request: PendingRequest, _ zygote: HeldZygote) {
        session.state = .awaitingZygote(request)
        session.incarnation?.note(.queued, since: session.enqueued)
        zygote.queue.append(session.number)
        pump(zygote)
    }

    /// Gives the zygote as much as it may have at once.
    func pump(_ zygote: HeldZygote) {
        while !zygote.isDead, zygote.outstanding.count < HeldZygote.depth, !zygote.queue.isEmpty {
            let number = zygote.queue.removeFirst()
            guard let session = table[number], case .awaitingZygote = session.state,
                let incarnation = session.incarnation
            else { continue }
            do throws(SystemError) {
                incarnation.phaseStart = Clock.now()
                try factory.requestFork(session, incarnation, from: zygote)
                zygote.outstanding[number] = Clock.now()
                if let status = incarnation.driverStatus { try loop.add(status, .driver(number)) }
            } catch {
                zygote.queue.insert(number, at: 0)
                return zygoteFailed(zygote, error)
            }
        }
    }

    func forked(_ zygote: HeldZygote, _ report: ZygoteReport, _ process: Descriptor?) {
        zygote.forks += 1
        zygote.refusals = 0
        pools[zygote.image]?.noteFork()
        let early = strays.removeValue(forKey: report.pid)
        guard zygote.outstanding.removeValue(forKey: report.number) != nil, let session = table[report.number],
            case .awaitingZygote = session.state, let incarnation = session.incarnation, incarnation.driverPid == 0
        else { return }
        incarnation.sessionEnds = []
        incarnation.driverProcess = process
        incarnation.lastDriverStatus = early
        guard early == nil else {
            driverReported(session.number)
            return startFailed(session, SystemError("the driver's process died", errno: ECHILD))
        }
        incarnation.driverPid = report.pid
        joinAdvanced(session, incarnation)
    }

    /// Live once the zygote has told of the process, and the process has settled.
    func joinAdvanced(_ session: HeldSession, _ incarnation: LiveIncarnation) {
        if incarnation.isExecuting { dropStatus(incarnation) }
        guard case .awaitingZygote(let request) = session.state, incarnation.isExecuting, incarnation.driverPid != 0,
            incarnation.driverStatus == nil
        else { return }
        becomeLive(session, incarnation, request)
    }

    /// Remembers a child that nobody knows: a zygote may tell of it in a moment.
    func noteStray(_ pid: Int32, _ status: ProcessStatus) {
        if zygotes.values.contains(where: { !$0.outstanding.isEmpty }) { strays[pid] = status } else { strays = [:] }
    }

    // MARK: When it fails

    /// The same start again, by exec and with a fresh holder: nobody knows what the fork may have done to this one.
    func retryByExec(_ session: HeldSession, _ request: PendingRequest, _ error: SystemError) {
        SpawnerLog.write("session \(session.number), fork of a zygote: \(error)")
        pools[session.imageIndex]?.fallbacks += 1
        session.avoidsZygote = true
        session.incarnations -= 1
        stop(session, .retry(request))
    }

    /// The start goes on by exec in the holder that it has, which no fork has seen.
    func fallBack(_ session: HeldSession, _ request: PendingRequest) {
        pools[session.imageIndex]?.fallbacks += 1
        session.avoidsZygote = true
        enqueue(session, request)
    }
}
