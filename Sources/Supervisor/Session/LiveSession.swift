// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Driver
import Logging
import SpawnerProtocol
import Synchronization

/// One session. It lives on the control reactor's thread, where its socket and its timers are: what they bring is
/// handled without changing threads, and a transition is never interrupted.
actor LiveSession {
    nonisolated let id: SessionID
    nonisolated let key: SessionKey
    nonisolated let core: SupervisorCore
    nonisolated let logger: Logger
    var machine: SessionStateMachine
    var life: Life?
    var open: [ExecutionID: OpenExecution] = [:]
    var timers: SessionTimers
    var creation: SessionCreationReport?
    var lastActivityAt: Int64
    var executionCount: Int
    var artifactCount: Int
    var incarnationNumber: Int
    /// Why the last attempt to start an incarnation failed.
    var startFailure: (any Error)?
    /// Those who wait for the first incarnation, or for the end of the session.
    var startWaiters: [CheckedContinuation<Void, Never>] = []
    /// Those who wait until it has an interpreter again.
    var readyWaiters: [CheckedContinuation<Void, Never>] = []
    /// Commands that have not ended.
    var commands: [CommandID: OpenCommand] = [:]
    var deletion: Task<Void, any Error>?
    var checkpoints: Checkpoints
    /// The last execution whose effects the interpreter has.
    var lastSettled: ExecutionID?
    /// Whom the next copies are for; without one it is the session's own.
    var wishes: [Wish] = []
    /// The copy that the driver has been asked for last.
    var askedCopy: Checkpoints.Copy?
    /// The copy that a caller wants to go back to.
    var rollbackTarget: UInt32?
    var momentWaiters: [CheckedContinuation<Void, Never>] = []
    /// What nobody has been told yet.
    var interlude: Interlude?
    /// The present loss is in an execution's verdict, or a caller's own wish.
    var isLossTold = false
    /// Of the execution that ended with its incarnation, while the next one is made from a checkpoint.
    var endedOutput: OutputRun?
    /// It is ready only after a first execution of nothing.
    var warmsUp: Bool
    var inspections = Inspections()
    private let wantsReport = Atomic<Bool>(false)
    private let ownership: Mutex<Ownership>

    /// A session that nobody knew becomes a caller's between any two steps of its own thread.
    private struct Ownership {
        var facts: SessionFacts
        var isUnowned: Bool
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { core.control.asUnownedSerialExecutor() }
    nonisolated var facts: SessionFacts { ownership.withLock { $0.facts } }
    /// It waits in the pool, or is still being made: its state is nobody's business and not written down.
    nonisolated var isUnowned: Bool { ownership.withLock { $0.isUnowned } }

    /// A session that is yet to get its first incarnation.
    init(_ facts: SessionFacts, core: SupervisorCore, isUnowned: Bool, warmsUp: Bool = false) {
        self.init(
            facts, core: core, machine: SessionStateMachine(queueLimit: core.settings.queueLimit),
            counts: (executions: 0, artifacts: 0), lastActivityAt: facts.createdAt, incarnation: 0,
            isUnowned: isUnowned, warmsUp: warmsUp)
    }

    /// A session of an earlier daemon.
    init(
        _ facts: SessionFacts, core: SupervisorCore, machine: SessionStateMachine,
        counts: (executions: Int, artifacts: Int), lastActivityAt: Int64, incarnation: Int,
        creation: SessionCreationReport? = nil, isUnowned: Bool = false, warmsUp: Bool = false
    ) {
        (id, key) = (facts.id, facts.key)
        ownership = Mutex(Ownership(facts: facts, isUnowned: isUnowned))
        self.core = core
        self.machine = machine
        self.lastActivityAt = lastActivityAt
        self.creation = creation
        self.warmsUp = warmsUp
        executionCount = counts.executions
        artifactCount = counts.artifacts
        incarnationNumber = incarnation
        timers = SessionTimers(core.control)
        checkpoints = Checkpoints(facts.checkpoint)
        var logger = core.logger
        logger[metadataKey: "session"] = "\(facts.id)"
        self.logger = logger
    }

    /// Makes a session that nobody knew a caller's; nil makes it nobody's.
    nonisolated func setOwner(_ owner: SessionFacts?) {
        ownership.withLock { ownership in
            if let owner { ownership.facts = ownership.facts.owned(as: owner) }
            ownership.isUnowned = owner == nil
        }
    }

    /// Calls `body` on the session from a timer or a source, both of which run on its thread.
    nonisolated func whenCalled(_ body: @escaping @Sendable (isolated LiveSession) -> Void) -> @Sendable () -> Void {
        { [weak self] in
            self?.assumeIsolated { session in
                session.expectReport(if: session.machine.awaitsReport)
                body(session)
            }
        }
    }

    // MARK: Reports from other threads

    /// Hands a report of another thread over. Mostly nothing depends on when it is read, and waking this thread for it
    /// would cost more than the report; then it is read when the thread wakes up for something else.
    nonisolated func report(isUrgent: Bool, _ body: @escaping @Sendable (isolated LiveSession) -> Void) {
        let report: @Sendable () -> Void = { [self] in
            assumeIsolated { body($0) }
        }
        guard !isUrgent else { return core.control.perform(report) }
        core.control.performLazily(report)
        // In this order: either this sees the wish, or the thread sees the report before it goes to sleep.
        if wantsReport.exchange(false, ordering: .sequentiallyConsistent) { core.control.perform {} }
    }

    /// Something has happened that the coming report decides about: it must be read at once.
    func expectReport(if isWaiting: Bool) {
        if isWaiting { wantsReport.store(true, ordering: .sequentiallyConsistent) }
    }

    // MARK: Doing what the machine says

    func perform(_ actions: [SessionStateMachine.Action]) {
        for action in actions { perform(action) }
        if machine.phase != .starting { wakeStartWaiters() }
        if !momentWaiters.isEmpty, !machine.isBusyForAMoment { wakeMomentWaiters() }
        if !wishes.isEmpty, machine.isOver { refuseWishes() }
        if isFailed, !commands.isEmpty { loseCommands() }
        wakeReadyWaiters()
        if !inspections.isEmpty { reviewInspections() }
    }

    private func perform(_ action: SessionStateMachine.Action) {
        switch action {
        case .journalStart(let execution): Task { await journalStart(execution) }
        case .send(let execution): send(execution)
        case .interrupt: interruptRunning()
        case .interruptSoon: after(0.05, .interrupt) { $0.interruptDriver() }
        case .armGrace(let execution): armGrace(execution)
        case .disarm: timers.cancel(.deadline, .grace, .interrupt, .repeatInterrupt, .tick)
        case .awaitStatus: after(0.75, .status) { $0.perform($0.machine.statusOverdue()) }
        case .kill:
            doomCommands()
            kill()
        case .killRunning:
            doomCommands()
            killRunning()
        case .rollBack:
            loseCommands()
            rollBack()
        case .save: takeCheckpoint()
        case .settle(let execution, let loss): settle(execution, loss)
        case .abandon(let execution): abandon(execution)
        case .renew:
            loseCommands()
            endLife()
            // Nobody misses what waits in the pool.
            if !isUnowned || !core.ready.drop(self) { Task { await renew() } }
        case .destroy: break
        }
    }

    func after(
        _ seconds: Double, _ kind: SessionTimers.Kind, _ body: @escaping @Sendable (isolated LiveSession) -> Void
    ) {
        timers.set(kind, at: BootClock.after(seconds: seconds), whenCalled(body))
    }

    // MARK: As callers see it

    var state: SessionState {
        switch machine.phase {
        case .starting: .starting
        case .ready, .saving, .inspecting: .ready
        case .running: .running
        case .ending, .restarting: .restarting
        case .failed: .failed
        case .deleting: .deleting
        }
    }

    var isFailed: Bool { if case .failed = machine.phase { true } else { false } }

    var description: Session {
        let facts = facts
        return Session(
            id: id, name: facts.name, image: facts.image, state: state, incarnation: incarnationNumber,
            storage: facts.storage, createdAt: Timestamp(milliseconds: facts.createdAt),
            lastActivityAt: Timestamp(milliseconds: max(facts.createdAt, lastActivityAt)),
            ownerUid: facts.ownerUID, limits: facts.limits, executions: executionCount, artifacts: artifactCount,
            metadata: facts.metadata, checkpoint: facts.checkpoint, creation: creation)
    }

    /// The incarnation to be measured, if there is one.
    var measurable: Incarnation? { life?.incarnation }
}
