// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
package import SpawnerProtocol

extension SessionStateMachine {
    // MARK: Beginning

    package mutating func incarnationReady() -> [Action] {
        if case .ending(let ending) = phase { return rolledBack(ending) }
        guard phase == .starting || phase == .restarting else { return [] }
        phase = .ready
        return next()
    }

    /// A caller wants a checkpoint. Empty when something runs.
    package mutating func save() -> [Action] {
        guard phase == .ready, isQueueEmpty else { return [] }
        phase = .saving
        return [.save]
    }

    /// A caller wants to go back to a checkpoint. Empty when something runs.
    package mutating func rollBack() -> [Action] {
        guard phase == .ready, isQueueEmpty, canRollBack else { return [] }
        return kill(Ending(execution: nil, loss: Loss(trigger: .requested), isKilled: false, isSettling: false))
    }

    /// The checkpoint has been made, or not.
    package mutating func saved() -> [Action] {
        guard phase == .saving else { return [] }
        phase = .ready
        return next()
    }

    package mutating func incarnationFailed() -> [Action] {
        switch phase {
        case .starting: return fail(.cannotStart)
        case .restarting: return restart()
        case .ending: return rollbackFailed()
        case .ready, .saving, .inspecting, .running, .failed, .deleting: return []
        }
    }

    // MARK: Ending

    package mutating func channelClosed() -> [Action] { incarnationEnded(Loss(trigger: .channelClosed)) }
    package mutating func channelViolated() -> [Action] { incarnationEnded(Loss(trigger: .violation)) }
    package mutating func outOfMemory() -> [Action] { incarnationEnded(Loss(trigger: .outOfMemory)) }

    package mutating func driverEnded(_ status: ProcessStatus) -> [Action] {
        guard case .ending(var ending) = phase else {
            return incarnationEnded(Loss(trigger: .driverEnded, exit: status))
        }
        if ending.rollback == .underWay { return rolledBackEnded(ending) }
        guard !ending.isKilled else { return [] }
        ending.loss.exit = status
        return kill(ending)
    }

    /// The spawner said nothing about the driver in time.
    package mutating func statusOverdue() -> [Action] {
        guard case .ending(let ending) = phase, !ending.isKilled else { return [] }
        return kill(ending)
    }

    /// No process is left, or waiting for that took too long: whatever is left has no say any more.
    package mutating func treeEmpty() -> [Action] {
        guard case .ending(var ending) = phase, ending.isKilled, !ending.isSettling, ending.rollback != .underWay else {
            return []
        }
        if ending.rollback == .intended {
            ending.rollback = .underWay
            phase = .ending(ending)
            return [.rollBack]
        }
        guard let execution = ending.execution else { return restart() }
        ending.isSettling = true
        phase = .ending(ending)
        return [.settle(execution, ending.loss)]
    }

    /// The spawner was started again and knows nothing of the session.
    package mutating func spawnerLost() -> [Action] {
        switch phase {
        case .failed, .deleting: return []
        case .starting, .ready, .saving, .inspecting, .restarting: return fail(.spawnerLost)
        case .running(let run): return lose(run)
        case .ending(var ending):
            ending.loss.trigger = .spawnerLost
            (ending.loss.isRolledBack, ending.rollback) = (false, .none)
            guard let execution = ending.execution else { return fail(.spawnerLost) }
            let mustSettle = !ending.isSettling
            (ending.isKilled, ending.isSettling) = (true, true)
            phase = .ending(ending)
            return mustSettle ? [.settle(execution, ending.loss)] : []
        }
    }

    package mutating func delete() -> [Action] {
        let abandoned = queue.map(Action.abandon)
        queue = []
        switch phase {
        case .deleting: return []
        case .running(let run):
            phase = .deleting
            // What is being journalled or settled is ended by whoever does that.
            let isOpen = run.stage == .executing || run.stage.isInterrupted
            return [.disarm, .kill] + abandoned + (isOpen ? [.abandon(run.execution)] : []) + [.destroy]
        case .ending(let ending):
            phase = .deleting
            let open = ending.isSettling ? nil : ending.execution
            return abandoned + (open.map { [.abandon($0)] } ?? []) + [.destroy]
        case .starting, .ready, .saving, .inspecting, .restarting, .failed:
            phase = .deleting
            return abandoned + [.destroy]
        }
    }

    // MARK: Steps

    mutating func next() -> [Action] {
        guard phase == .ready, !queue.isEmpty else { return [] }
        let execution = queue.removeFirst()
        phase = .running(Run(execution: execution, stage: .journalling(interruptWanted: false)))
        return [.journalStart(execution)]
    }

    mutating func afterRun(_ run: Run) -> [Action] {
        guard let loss = run.loss else { return rest() }
        if loss.trigger == .spawnerLost { return fail(.spawnerLost) }
        guard canRollBack else { return restart() }
        return kill(Ending(execution: nil, loss: loss, isKilled: false, isSettling: false))
    }

    /// Nothing runs: a checkpoint, if one is to follow, else the next execution.
    mutating func rest() -> [Action] {
        guard savesNext else {
            phase = .ready
            return next()
        }
        savesNext = false
        phase = .saving
        return [.save]
    }

    mutating func restart() -> [Action] {
        failedStarts += 1
        guard failedStarts <= Self.startAttempts else { return fail(.cannotStart) }
        phase = .restarting
        return [.renew]
    }

    mutating func fail(_ failure: Failure) -> [Action] {
        phase = .failed(failure)
        defer { queue = [] }
        return queue.map(Action.abandon)
    }

    /// The running execution ends with its incarnation.
    mutating func end(_ run: Run, _ loss: Loss) -> [Action] {
        let ending = Ending(execution: run.execution, loss: loss, isKilled: false, isSettling: false)
        guard loss.trigger != .channelClosed || loss.exit != nil else {
            phase = .ending(ending)
            return [.disarm, .awaitStatus]
        }
        return [.disarm] + kill(ending)
    }

    mutating func incarnationEnded(_ loss: Loss) -> [Action] {
        switch phase {
        case .ending(let ending) where ending.rollback == .underWay: return rolledBackEnded(ending)
        case .failed, .deleting, .ending: return []
        case .starting: return fail(.cannotStart)
        case .ready where canRollBack, .saving where canRollBack, .inspecting where canRollBack:
            return kill(Ending(execution: nil, loss: loss, isKilled: false, isSettling: false))
        case .ready, .saving, .inspecting, .restarting: return restart()
        case .running(var run):
            switch run.stage {
            case .executing, .interrupted: return end(run, loss)
            case .journalling, .settling:
                // The journal or the answer is under way; what follows it takes the loss up.
                let isNews = run.loss == nil
                if isNews { run.loss = loss }
                if run.loss?.exit == nil { run.loss?.exit = loss.exit }
                phase = .running(run)
                return isNews && run.stage == .settling ? [canRollBack ? .killRunning : .kill] : []
            }
        }
    }

    private mutating func kill(_ ending: Ending) -> [Action] {
        var ending = ending
        ending.isKilled = true
        if canRollBack { ending.rollback = .intended }
        phase = .ending(ending)
        return [canRollBack ? .killRunning : .kill]
    }

    // MARK: Rolling back

    private mutating func rolledBack(_ ending: Ending) -> [Action] {
        guard ending.rollback == .underWay, !ending.isSettling else { return [] }
        guard let execution = ending.execution else { return rest() }
        var ending = ending
        ending.isSettling = true
        ending.loss.isRolledBack = true
        phase = .ending(ending)
        return [.settle(execution, ending.loss)]
    }

    /// There is nothing to go back to after all: the incarnation is killed whole.
    package mutating func rollbackFailed() -> [Action] {
        guard case .ending(var ending) = phase, ending.rollback == .underWay, !ending.isSettling else { return [] }
        (ending.rollback, canRollBack) = (.none, false)
        phase = .ending(ending)
        return [.kill]
    }

    /// What was rolled back to has ended, before or while the execution is settled.
    private mutating func rolledBackEnded(_ ending: Ending) -> [Action] {
        guard ending.isSettling else { return rollbackFailed() }
        var ending = ending
        ending.hasEndedAgain = true
        phase = .ending(ending)
        return []
    }

    private mutating func lose(_ run: Run) -> [Action] {
        var run = run
        let loss = Loss(trigger: .spawnerLost)
        guard run.stage == .executing || run.stage.isInterrupted else {
            run.loss = loss
            phase = .running(run)
            return []
        }
        phase = .ending(Ending(execution: run.execution, loss: loss, isKilled: true, isSettling: true))
        return [.disarm, .settle(run.execution, loss)]
    }
}

extension SessionStateMachine.Stage {
    fileprivate var isInterrupted: Bool { if case .interrupted = self { true } else { false } }
}
