// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI
package import SpawnerProtocol

/// What a session does when: which execution runs, when it is interrupted and killed, when the next incarnation
/// begins. Pure: every method returns what its owner has to do, in order.
package struct SessionStateMachine: Sendable, Equatable {
    package enum Phase: Sendable, Equatable {
        /// The first incarnation is being made.
        case starting
        case ready
        /// A checkpoint is being made; callers wait, and see a session that is ready.
        case saving
        /// The driver answers a question about its variables; callers wait, as for a checkpoint.
        case inspecting
        case running(Run)
        /// The incarnation is over; its processes are being killed and counted.
        case ending(Ending)
        /// The next incarnation is being made on the same workspace.
        case restarting
        case failed(Failure)
        case deleting
    }

    package struct Run: Sendable, Equatable {
        package var execution: ExecutionID
        package var stage: Stage
        /// Set when the incarnation ended while the result was being put together.
        package var loss: Loss?
    }

    package enum Stage: Sendable, Equatable {
        /// Being written to the journal; nothing is sent before.
        case journalling(interruptWanted: Bool)
        case executing
        case interrupted(byDeadline: Bool)
        /// The driver has answered; output and artifacts are collected.
        case settling
    }

    package struct Ending: Sendable, Equatable {
        package var execution: ExecutionID?
        package var loss: Loss
        package var isKilled: Bool
        package var isSettling: Bool
        package var rollback = Rollback.none
        /// What was rolled back to has ended as well.
        package var hasEndedAgain = false
    }

    package enum Rollback: Sendable, Equatable {
        case none
        /// Only what runs is killed.
        case intended
        case underWay
    }

    /// How an incarnation came to its end.
    package struct Loss: Sendable, Equatable {
        package var trigger: Trigger
        /// How the driver ended, when it did so by itself.
        package var exit: ProcessStatus?
        /// The session goes on from a checkpoint.
        package var isRolledBack = false

        package init(trigger: Trigger, exit: ProcessStatus? = nil) {
            self.trigger = trigger
            self.exit = exit
        }
    }

    package enum Trigger: Sendable, Equatable {
        case deadline, interrupted, requested, channelClosed, violation, driverEnded, outOfMemory, spawnerLost
    }

    package enum Failure: Sendable, Equatable {
        /// No incarnation could be started.
        case cannotStart
        /// The spawner that kept the session is gone, and the workspace with it.
        case spawnerLost
    }

    package enum Refusal: Error, Sendable, Equatable {
        case busy, queueFull, failed(Failure), deleting
    }

    package enum Admission: Sendable, Equatable {
        /// Journal it as running, then call `journalled`.
        case start
        /// Journal it as queued, then call `queued`.
        case queue
        case refuse(Refusal)
    }

    package enum Action: Sendable, Equatable {
        /// Journal the queued execution as running, then report `journalled`.
        case journalStart(ExecutionID)
        /// Send it to the driver and arm its deadline.
        case send(ExecutionID)
        /// SIGINT to the driver, at once or when it surely runs user code.
        case interrupt
        case interruptSoon
        case armGrace(ExecutionID)
        /// Forget deadline and grace.
        case disarm
        /// Wait a moment for the spawner's word on how the driver ended.
        case awaitStatus
        /// Kill every process of the incarnation and wait until they are gone.
        case kill
        /// The same, but for checkpoints.
        case killRunning
        /// Make a checkpoint the driver, then report `incarnationReady` or `rollbackFailed`.
        case rollBack
        /// Make a checkpoint, then report `saved`.
        case save
        /// Collect, journal and answer. A loss of nil means that the driver has answered.
        case settle(ExecutionID, Loss?)
        /// End an execution that never ran.
        case abandon(ExecutionID)
        case renew
        case destroy
    }

    /// Starts in a row that fail before a session is given up.
    package static let startAttempts = 3

    package internal(set) var phase: Phase
    package internal(set) var queue: [ExecutionID] = []
    private let queueLimit: Int
    /// Admitted to the queue and not yet in it.
    private var reserved = 0
    var failedStarts = 0
    /// There is a checkpoint, or one is on its way to safety.
    package var canRollBack = false
    /// The execution that is being settled is followed by a checkpoint.
    package var savesNext = false

    package init(queueLimit: Int = 16) {
        phase = .starting
        self.queueLimit = queueLimit
    }

    /// A session that outlived its daemon. `sent` may have reached the driver, who is asked for its answer; `queued`
    /// was accepted and never sent.
    package init(resuming sent: ExecutionID?, queued: [ExecutionID], queueLimit: Int = 16) {
        phase = sent.map { .running(Run(execution: $0, stage: .executing)) } ?? .restarting
        queue = queued
        self.queueLimit = queueLimit
    }

    /// A session whose processes are gone.
    package init(failed failure: Failure) {
        phase = .failed(failure)
        queueLimit = 0
    }

    /// Whether another thread is about to report that the journal or the result is ready.
    package var awaitsReport: Bool {
        guard case .running(let run) = phase else { return false }
        switch run.stage {
        case .journalling, .settling: return true
        case .executing, .interrupted: return false
        }
    }

    /// Whether what is under way is no caller's, and over in a moment.
    package var isBusyForAMoment: Bool {
        switch phase {
        case .saving, .inspecting: true
        case .running(let run): run.stage == .settling && isQueueEmpty
        case .starting, .ready, .ending, .restarting, .failed, .deleting: false
        }
    }

    /// Whether nothing will run any more.
    package var isOver: Bool {
        switch phase {
        case .failed, .deleting: true
        case .starting, .ready, .saving, .inspecting, .running, .ending, .restarting: false
        }
    }

    package var isQueueEmpty: Bool { queue.isEmpty && reserved == 0 }

    // MARK: Executions

    package mutating func submit(_ execution: ExecutionID, _ policy: QueuePolicy) -> Admission {
        switch phase {
        case .failed(let failure): return .refuse(.failed(failure))
        case .deleting: return .refuse(.deleting)
        case .ready where isQueueEmpty:
            phase = .running(Run(execution: execution, stage: .journalling(interruptWanted: false)))
            return .start
        case .running where policy == .refuse, .ready where policy == .refuse: return .refuse(.busy)
        case .starting, .ready, .saving, .inspecting, .running, .ending, .restarting:
            guard queue.count + reserved < queueLimit else { return .refuse(.queueFull) }
            reserved += 1
            return .queue
        }
    }

    /// An execution that was admitted to the queue is in the journal, or could not be put there.
    package mutating func queued(_ execution: ExecutionID, isJournalled: Bool = true) -> [Action] {
        reserved = max(0, reserved - 1)
        guard isJournalled else { return next() }
        switch phase {
        case .failed, .deleting: return [.abandon(execution)]
        case .starting, .ready, .saving, .inspecting, .running, .ending, .restarting:
            queue.append(execution)
            return next()
        }
    }

    package mutating func journalled(_ execution: ExecutionID) -> [Action] {
        guard phase != .deleting else { return [.abandon(execution)] }
        guard case .running(var run) = phase, run.execution == execution,
            case .journalling(let interruptWanted) = run.stage
        else { return [] }
        if let loss = run.loss { return end(run, loss) }
        // An interpreter that takes work has started, whatever the work does to it.
        failedStarts = 0
        run.stage = interruptWanted ? .interrupted(byDeadline: false) : .executing
        phase = .running(run)
        return interruptWanted ? [.send(execution), .interruptSoon, .armGrace(execution)] : [.send(execution)]
    }

    /// The journal refused it: it never ran.
    package mutating func journalFailed(_ execution: ExecutionID) -> [Action] {
        guard case .running(let run) = phase, run.execution == execution, case .journalling = run.stage else {
            return []
        }
        return afterRun(run)
    }

    package mutating func answered(_ execution: ExecutionID) -> [Action] {
        guard case .running(var run) = phase, run.execution == execution else { return [] }
        switch run.stage {
        case .journalling, .settling: return []
        case .executing, .interrupted:
            run.stage = .settling
            phase = .running(run)
            failedStarts = 0
            return [.disarm, .settle(execution, nil)]
        }
    }

    package mutating func settled(_ execution: ExecutionID) -> [Action] {
        switch phase {
        case .running(let run) where run.execution == execution && run.stage == .settling:
            return afterRun(run)
        case .ending(let ending) where ending.execution == execution && ending.isSettling:
            if ending.loss.isRolledBack, !ending.hasEndedAgain { return rest() }
            return ending.loss.trigger == .spawnerLost ? fail(.spawnerLost) : restart()
        default: return []
        }
    }

    // MARK: Time and interrupts

    /// It is interrupted first unless it is one that `kills`.
    package mutating func deadlinePassed(_ execution: ExecutionID, kills: Bool = false) -> [Action] {
        guard case .running(var run) = phase, run.execution == execution else { return [] }
        switch run.stage {
        case .executing where kills, .interrupted where kills: return end(run, Loss(trigger: .deadline))
        case .executing, .interrupted(byDeadline: false):
            run.stage = .interrupted(byDeadline: true)
            phase = .running(run)
            return [.interrupt, .armGrace(execution)]
        case .journalling, .interrupted, .settling: return []
        }
    }

    package mutating func gracePassed(_ execution: ExecutionID) -> [Action] {
        guard case .running(let run) = phase, run.execution == execution, case .interrupted(let byDeadline) = run.stage
        else { return [] }
        return end(run, Loss(trigger: byDeadline ? .deadline : .interrupted))
    }

    package mutating func interrupt(_ execution: ExecutionID) -> [Action] {
        if let index = queue.firstIndex(of: execution) {
            queue.remove(at: index)
            return [.abandon(execution)]
        }
        guard case .running(var run) = phase, run.execution == execution else { return [] }
        switch run.stage {
        case .journalling:
            run.stage = .journalling(interruptWanted: true)
            phase = .running(run)
            return []
        case .executing:
            run.stage = .interrupted(byDeadline: false)
            phase = .running(run)
            return [.interrupt, .armGrace(execution)]
        case .interrupted(byDeadline: false): return [.interrupt]
        case .interrupted, .settling: return []
        }
    }
}
