// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
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
        session.incarnation?.phaseStart = Clock.now()
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
                incarnation.add(.queued, since: incarnation.phaseStart)
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
        let early = strays.removeValue(forKey: report.pid)
        guard early != nil || process.map({ Self.isOurChild($0, report.pid) }) == true else {
            return zygoteFailed(zygote, SystemError("zygote's answer", errno: ESRCH))
        }
        zygote.forks += 1
        zygote.refusals = 0
        pools[zygote.image]?.noteFork()
        if zygote.forks == settings.zygoteForks { maintainZygotes(now: Clock.now()) }
        guard zygote.outstanding.removeValue(forKey: report.number) != nil, let session = table[report.number],
            case .awaitingZygote = session.state, let incarnation = session.incarnation, incarnation.driverPid == 0
        else { return }
        incarnation.driverEnds = nil
        incarnation.driverProcess = process
        incarnation.lastDriverStatus = early
        guard early == nil else {
            driverReported(session.number)
            return startFailed(session, SystemError("the driver's process died", errno: ECHILD))
        }
        incarnation.driverPid = report.pid
        joinAdvanced(session, incarnation)
    }

    /// A pid that is not this child's would be waited for in vain.
    private static func isOurChild(_ process: Descriptor, _ pid: Int32) -> Bool {
        guard pid > 0, cloister_pidfd_is_child(process.number) == 1,
            let text = try? Descriptor.open("/proc/self/fdinfo/\(process.number)", O_RDONLY).readText()
        else { return false }
        return text.split(separator: "\n").contains("Pid:\t\(pid)")
    }

    /// Live once the zygote has told of the process, and the process has settled.
    func joinAdvanced(_ session: HeldSession, _ incarnation: LiveIncarnation) {
        guard case .awaitingZygote(let request) = session.state, incarnation.isExecuting, incarnation.driverPid != 0
        else { return }
        if incarnation.driverStatus != nil { settling[session.number] = Clock.now() }
        becomeLive(session, incarnation, request)
    }

    /// The interpreter of a forked driver is in order when its status socket closes.
    func driverSettled(_ session: HeldSession) {
        settling[session.number] = nil
        if let incarnation = session.incarnation { dropStatus(incarnation) }
    }

    /// A driver that hangs between its fork and its interpreter has found a lock that nobody will release, and so will
    /// the next one. It is killed, which the daemon is told, and its zygote replaced.
    func killUnsettled(now: UInt64) {
        for (number, since) in settling {
            guard let session = table[number], let incarnation = session.incarnation, case .live = session.state,
                incarnation.driverStatus != nil
            else {
                settling[number] = nil
                continue
            }
            guard now > since &+ Self.settlingLimit else { continue }
            driverSettled(session)
            if let process = incarnation.driverProcess { _ = cloister_pidfd_signal(process.number, SIGKILL) }
            if let zygote = pools[session.imageIndex]?.zygote {
                zygoteFailed(zygote, SystemError("a fork hangs", errno: EDEADLK))
            }
        }
    }

    private static let settlingLimit: UInt64 = 3_000_000_000

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
