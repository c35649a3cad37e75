// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import SpawnerProtocol
import Supervisor
import Testing

/// What the state machine does with a checkpoint at hand.
@Suite struct RollbackTests {
    typealias Machine = SessionStateMachine

    private let first: ExecutionID
    private let second: ExecutionID

    init() throws {
        first = try .fresh()
        second = try .fresh()
    }

    private func executing() -> Machine {
        var machine = Machine()
        _ = machine.incarnationReady()
        _ = machine.submit(first, .wait)
        _ = machine.journalled(first)
        machine.canRollBack = true
        return machine
    }

    /// Up to the wish for the checkpoint.
    private func rollingBack() -> Machine {
        var machine = executing()
        _ = machine.driverEnded(.signaled(number: 11))
        _ = machine.treeEmpty()
        return machine
    }

    private var loss: Machine.Loss { Machine.Loss(trigger: .driverEnded, exit: .signaled(number: 11)) }

    private var rolledBack: Machine.Loss {
        var loss = loss
        loss.isRolledBack = true
        return loss
    }

    @Test func aLossKillsWhatRunsAndGoesBack() {
        var machine = executing()
        #expect(machine.driverEnded(.signaled(number: 11)) == [.disarm, .killRunning])
        #expect(machine.treeEmpty() == [.rollBack])
        #expect(machine.treeEmpty() == [])
        #expect(machine.incarnationReady() == [.settle(first, rolledBack)])
        #expect(machine.settled(first) == [])
        #expect(machine.phase == .ready)
    }

    @Test func aCheckpointThatIsGoneMeansLost() {
        var machine = rollingBack()
        #expect(machine.rollbackFailed() == [.kill])
        #expect(machine.treeEmpty() == [.settle(first, loss)])
        #expect(machine.settled(first) == [.renew])
    }

    @Test func aWokenDriverThatEndsBeforeItGreetsMeansLost() {
        var machine = rollingBack()
        #expect(machine.driverEnded(.exited(code: 1)) == [.kill])
        #expect(machine.treeEmpty() == [.settle(first, loss)])
        machine = rollingBack()
        #expect(machine.channelClosed() == [.kill])
        machine = rollingBack()
        #expect(machine.incarnationFailed() == [.kill])
    }

    @Test func aWokenDriverThatEndsBeforeTheAnswerIsReplaced() {
        var machine = rollingBack()
        _ = machine.incarnationReady()
        #expect(machine.channelClosed() == [])
        #expect(machine.settled(first) == [.renew])
        #expect(machine.phase == .restarting)
    }

    @Test func anIdleSessionGoesBackToo() {
        var machine = Machine()
        _ = machine.incarnationReady()
        machine.canRollBack = true
        #expect(machine.driverEnded(.signaled(number: 9)) == [.killRunning])
        #expect(machine.submit(first, .wait) == .queue)
        #expect(machine.queued(first) == [])
        #expect(machine.treeEmpty() == [.rollBack])
        #expect(machine.incarnationReady() == [.journalStart(first)])
    }

    @Test func aDriverThatEndsWhileItsAnswerIsCollectedGoesBackAfterwards() {
        var machine = executing()
        _ = machine.answered(first)
        #expect(machine.driverEnded(.exited(code: 0)) == [.killRunning])
        #expect(machine.settled(first) == [.killRunning])
        #expect(machine.treeEmpty() == [.rollBack])
        #expect(machine.incarnationReady() == [])
        #expect(machine.phase == .ready)
    }

    @Test func aCheckpointFollowsAnExecutionAndOthersWaitForIt() {
        var machine = executing()
        _ = machine.answered(first)
        machine.savesNext = true
        #expect(machine.settled(first) == [.save])
        #expect(machine.phase == .saving)
        // Not even one that will not wait is refused: nothing of a caller's runs.
        #expect(machine.submit(second, .refuse) == .queue)
        #expect(machine.queued(second) == [])
        #expect(machine.saved() == [.journalStart(second)])
        #expect(machine.saved() == [])
    }

    @Test func aDriverThatEndsWhileItIsCopiedGoesBackToTheCopyBefore() {
        var machine = executing()
        _ = machine.answered(first)
        machine.savesNext = true
        _ = machine.settled(first)
        #expect(machine.channelViolated() == [.killRunning])
        #expect(machine.saved() == [])
        #expect(machine.treeEmpty() == [.rollBack])
    }

    @Test func theLossOfTheSpawnerIsFinal() {
        var machine = rollingBack()
        #expect(machine.spawnerLost() == [.settle(first, Machine.Loss(trigger: .spawnerLost, exit: loss.exit))])
        #expect(machine.incarnationReady() == [])
        #expect(machine.settled(first) == [])
        #expect(machine.phase == .failed(.spawnerLost))
    }

    @Test func deletionEndsARollback() {
        var machine = rollingBack()
        #expect(machine.delete() == [.abandon(first), .destroy])
        #expect(machine.rollbackFailed() == [])
        #expect(machine.incarnationReady() == [])
    }

    @Test func aDeadlineThatKillsAsksNobody() {
        var machine = executing()
        #expect(machine.deadlinePassed(first, kills: true) == [.disarm, .killRunning])
    }
}
