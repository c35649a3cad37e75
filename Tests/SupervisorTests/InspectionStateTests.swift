// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import SpawnerProtocol
import Supervisor
import Testing

/// What the state machine does with questions about variables.
@Suite struct InspectionStateTests {
    typealias Machine = SessionStateMachine

    private let first: ExecutionID
    private let second: ExecutionID

    init() throws {
        first = try .fresh()
        second = try .fresh()
    }

    private func ready() -> Machine {
        var machine = Machine()
        _ = machine.incarnationReady()
        return machine
    }

    private func inspecting() -> Machine {
        var machine = ready()
        _ = machine.inspect()
        return machine
    }

    @Test func anIdleSessionIsAsked() {
        var machine = ready()
        #expect(machine.inspect() == .ask)
        #expect(machine.phase == .inspecting)
        #expect(machine.inspect() == .wait)
        #expect(machine.inspected() == [])
        #expect(machine.phase == .ready)
        #expect(machine.inspected() == [])
        #expect(machine.inspectionOverdue() == [])
    }

    @Test func executionsThatComeMeanwhileAreQueuedAndNotRefused() {
        var machine = inspecting()
        #expect(machine.submit(first, .refuse) == .queue)
        #expect(machine.queued(first) == [])
        #expect(machine.submit(second, .wait) == .queue)
        #expect(machine.queued(second) == [])
        #expect(machine.inspected() == [.journalStart(first)])
    }

    @Test func executionsComeFirst() {
        var machine = ready()
        _ = machine.submit(first, .wait)
        #expect(machine.inspect() == .busy)
        _ = machine.journalled(first)
        #expect(machine.inspect() == .busy)
        _ = machine.answered(first)
        // What is left of the execution is no caller's.
        #expect(machine.inspect() == .wait)
        machine.savesNext = true
        #expect(machine.settled(first) == [.save])
        #expect(machine.inspect() == .wait)
        #expect(machine.saved() == [])
        #expect(machine.inspect() == .ask)
    }

    @Test func oneThatIsAdmittedAndNotYetQueuedComesFirst() {
        var machine = inspecting()
        #expect(machine.submit(first, .wait) == .queue)
        #expect(machine.inspected() == [])
        #expect(machine.inspect() == .wait)
        #expect(machine.queued(first) == [.journalStart(first)])
    }

    @Test func aDriverThatDoesNotAnswerIsReplaced() {
        var machine = inspecting()
        #expect(machine.inspectionOverdue() == [.renew])
        #expect(machine.phase == .restarting)
        #expect(machine.inspect() == .busy)
        #expect(machine.inspected() == [])
        machine = inspecting()
        machine.canRollBack = true
        #expect(machine.inspectionOverdue() == [.killRunning])
        #expect(machine.inspect() == .busy)
        #expect(machine.treeEmpty() == [.rollBack])
        #expect(machine.incarnationReady() == [])
        #expect(machine.phase == .ready)
    }

    @Test func aDriverThatEndsInsteadOfAnswering() {
        var machine = inspecting()
        #expect(machine.channelClosed() == [.renew])
        machine = inspecting()
        #expect(machine.channelViolated() == [.renew])
        machine = inspecting()
        machine.canRollBack = true
        #expect(machine.driverEnded(.signaled(number: 9)) == [.killRunning])
    }

    @Test func theEndOfTheSession() {
        var machine = inspecting()
        #expect(machine.delete() == [.destroy])
        #expect(machine.inspect() == .refuse(.deleting))
        #expect(machine.inspected() == [])
        machine = inspecting()
        #expect(machine.spawnerLost() == [])
        #expect(machine.inspect() == .refuse(.failed(.spawnerLost)))
        machine = Machine()
        #expect(machine.inspect() == .busy)
    }
}
