// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
package import SpawnerProtocol

extension SessionStateMachine {
    // MARK: Beginning

    package mutating func incarnationReady() -> [Action] {
        guard phase == .starting || phase == .restarting else { return [] }
        phase = .ready
        return next()
    }

    package mutating func incarnationFailed() -> [Action] {
        switch phase {
        case .starting: return fail(.cannotStart)
        case .restarting: return restart()
        case .ready, .running, .ending, .failed, .deleting: return []
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
        guard case .ending(var ending) = phase, ending.isKilled, !ending.isSettling else { return [] }
        guard let execution = ending.execution else { return restart() }
        ending.isSettling = true
        phase = .ending(ending)
        return [.settle(execution, ending.loss)]
    }

    /// The spawner was started again and knows nothing of the session.
    package mutating func spawnerLost() -> [Action] {
        switch phase {
        case .failed, .deleting: return []
        case .starting, .ready, .restarting: return fail(.spawnerLost)
        case .running(let run): return lose(run)
        case .ending(var ending):
            ending.loss.trigger = .spawnerLost
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
        case .starting, .ready, .restarting, .failed:
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
        switch run.loss?.trigger {
        case nil:
            phase = .ready
            return next()
        case .spawnerLost: return fail(.spawnerLost)
        case .deadline, .channelClosed, .violation, .driverEnded, .outOfMemory: return restart()
        }
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

    private mutating func incarnationEnded(_ loss: Loss) -> [Action] {
        switch phase {
        case .failed, .deleting, .ending: return []
        case .starting: return fail(.cannotStart)
        case .ready, .restarting: return restart()
        case .running(var run):
            switch run.stage {
            case .executing, .interrupted: return end(run, loss)
            case .journalling, .settling:
                // The journal or the answer is under way; what follows it takes the loss up.
                let isNews = run.loss == nil
                if isNews { run.loss = loss }
                if run.loss?.exit == nil { run.loss?.exit = loss.exit }
                phase = .running(run)
                return isNews && run.stage == .settling ? [.kill] : []
            }
        }
    }

    private mutating func kill(_ ending: Ending) -> [Action] {
        var ending = ending
        ending.isKilled = true
        phase = .ending(ending)
        return [.kill]
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
