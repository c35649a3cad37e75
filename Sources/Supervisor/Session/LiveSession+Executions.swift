// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import Driver
import Logging
import SpawnerProtocol
import StateStore

extension LiveSession {
    // MARK: Running

    func send(_ id: ExecutionID) {
        guard let execution = open[id], let life else { return }
        if execution.isSent { return sent(id) }
        let run = outputRun(execution)
        if life.output.beginIfQuiet(run) { return transmit(id) }
        Task {
            await life.output.begin(run)
            transmit(id)
        }
    }

    private func transmit(_ id: ExecutionID) {
        guard case .running(let run) = machine.phase, run.execution == id, run.stage != .settling,
            let execution = open[id], let life
        else { return }
        let request = DriverRequest.execute(
            code: execution.code, number: UInt64(clamping: execution.number), stdin: execution.stdin)
        guard life.port.request(request, nonce: execution.nonce, .execute) else {
            return perform(machine.channelViolated())
        }
        sent(id)
    }

    private func sent(_ id: ExecutionID) {
        open[id]?.code = ""
        open[id]?.stdin = nil
        open[id]?.feed.start()
        armDeadline(id)
        armTick()
    }

    func outputRun(_ execution: OpenExecution) -> OutputRun {
        OutputRun(feed: execution.feed, directory: core.outputs, limits: core.settings.output)
    }

    /// The driver never got the execution that an earlier daemon journalled: it gets it now.
    func resend() {
        guard case .running(let run) = machine.phase else { return }
        Task {
            do {
                let record = try await core.journal.execution(run.execution)
                open[run.execution]?.code = record?.code ?? ""
                open[run.execution]?.stdin = record?.stdin
                transmit(run.execution)
            } catch {
                logger.error("cannot read the journal", metadata: ["error": "\(error)"])
                perform(machine.channelViolated())
            }
        }
    }

    func received(_ claim: ExecutionClaim) {
        guard case .running(let run) = machine.phase else { return }
        open[run.execution]?.claim = claim
        // The answer to an execution that the journal's thread sent may be faster than that thread's own.
        if case .journalling = run.stage { return }
        answered(run.execution)
    }

    func answered(_ id: ExecutionID) {
        perform(isOutOfMemory(id) ? machine.outOfMemory() : machine.answered(id))
    }

    // MARK: Time

    func armDeadline(_ id: ExecutionID) {
        guard let start = open[id]?.start else { return }
        timers.set(
            .deadline, at: UInt64(clamping: start.deadlineBoottime),
            whenCalled { session in
                guard let policy = session.open[id]?.onTimeout, policy != .detach else { return }
                session.open[id]?.wasOverdue = true
                guard policy == .kill else { return session.perform(session.machine.deadlinePassed(id)) }
                session.interruptDriver(.dump)
                session.after(Self.dumpSeconds, .grace) { $0.perform($0.machine.deadlinePassed(id, kills: true)) }
            })
    }

    /// For the stacks to arrive before a kill.
    private static let dumpSeconds = 0.03

    /// Up the ladder, whose last rung is the kill. The interrupt is repeated: the driver passes over one that comes before
    /// the code runs, and CPython can miss one.
    func armGrace(_ id: ExecutionID) {
        let grace = core.settings.graceSeconds
        climb([(grace / 4, .interrupt), (grace / 2, .force), (grace * 5 / 8, .force), (grace * 3 / 4, .dump)][...])
        after(grace, .grace) { $0.perform($0.machine.gracePassed(id)) }
    }

    private func climb(
        _ rungs: ArraySlice<(seconds: Double, rung: InterruptRung)>, from start: UInt64 = BootClock.now()
    ) {
        guard let next = rungs.first else { return }
        let rest = Array(rungs.dropFirst())
        timers.set(
            .repeatInterrupt, at: BootClock.after(seconds: next.seconds, from: start),
            whenCalled { session in
                session.interruptDriver(next.rung)
                session.climb(rest[...], from: start)
            })
    }

    /// Code that was sent a moment ago may not run yet, and then the driver would pass over the interrupt.
    func interruptRunning() {
        guard case .running(let run) = machine.phase, let start = open[run.execution]?.start else { return }
        let certain = BootClock.after(seconds: 0.05, from: UInt64(clamping: start.startedBoottime))
        guard BootClock.now() < certain else { return interruptDriver() }
        timers.set(.interrupt, at: certain, whenCalled { $0.interruptDriver() })
    }

    func interruptDriver(_ rung: InterruptRung = .interrupt) {
        guard let number = life?.incarnation.number else { return }
        if case .running(let run) = machine.phase, open[run.execution]?.interruptedAt == nil {
            open[run.execution]?.interruptedAt = BootClock.now()
        }
        Task {
            do {
                try await core.spawner.interrupt(facts.key, incarnation: number, rung: rung)
            } catch {
                logger.warning("cannot interrupt the driver", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Once a second while something runs: the view of `/proc`, and, where the kernel kills only one process of the
    /// session, whether it has.
    func armTick() {
        after(1, .tick) { session in
            guard case .running(let run) = session.machine.phase, run.stage != .settling else { return }
            if session.isOutOfMemory(run.execution) { return session.perform(session.machine.outOfMemory()) }
            session.refreshProcView()
            session.armTick()
        }
    }

    private func isOutOfMemory(_ id: ExecutionID) -> Bool {
        guard let cgroup = life?.incarnation.cgroup, let baseline = open[id]?.baseline else { return false }
        return cgroup.outOfMemoryKills > baseline.outOfMemoryKills
    }

    func refreshProcView() {
        guard let incarnation = life?.incarnation else { return }
        let view = ProcView(incarnation, limits: facts.limits)
        Task { try? await core.blocking.run { view.refresh() } }
    }

    // MARK: Interrupting

    /// False when the execution is not open.
    func interrupt(_ id: ExecutionID) -> Bool {
        guard open[id] != nil else { return false }
        expectReport(if: machine.awaitsReport)
        perform(machine.interrupt(id))
        return true
    }
}

extension SessionStateMachine.Refusal {
    func error(_ session: SessionID) -> CloisterError {
        switch self {
        case .busy:
            CloisterError(
                .sessionBusy, "Session \(session) is running something else.",
                remedy: "Wait for it, interrupt it, or send \"queue\": \"wait\".")
        case .queueFull:
            CloisterError(
                .sessionBusy, "The queue of session \(session) is full.",
                remedy: "Wait until executions have finished, or use more sessions.")
        case .failed(.cannotStart):
            CloisterError(
                .sessionFailed, "Session \(session) could not start an interpreter.",
                remedy: "Delete it and create a new one; the daemon's log has the reason.")
        case .failed(.spawnerLost):
            CloisterError(
                .sessionFailed, "Session \(session) ended when the spawner was restarted; its workspace is gone.",
                remedy: "Delete it and create a new one.")
        case .deleting: .sessionNotFound(session)
        }
    }
}
