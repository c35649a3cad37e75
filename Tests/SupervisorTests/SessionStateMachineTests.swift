// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import SpawnerProtocol
import Supervisor
import Testing

/// Every state meets every event; the table below says what must come of it.
@Suite struct SessionStateMachineTests {
    typealias Machine = SessionStateMachine

    private let first: ExecutionID
    private let second: ExecutionID

    init() throws {
        first = try .fresh()
        second = try .fresh()
    }

    // MARK: States

    private enum Setup: String, CaseIterable {
        case starting, ready, journalling, journallingInterrupted, executing, interrupted, overdue, settling, doomed
        case journallingClosed, closed, killed, settlingLoss, idleRestart, restarting, failed, deleting
    }

    private func machine(_ setup: Setup) -> Machine {
        var machine = Machine()
        if setup == .starting { return machine }
        if setup == .failed {
            _ = machine.incarnationFailed()
            return machine
        }
        _ = machine.incarnationReady()
        if setup == .ready { return machine }
        if setup == .idleRestart {
            _ = machine.channelClosed()
            return machine
        }
        if setup == .deleting {
            _ = machine.delete()
            return machine
        }
        _ = machine.submit(first, .wait)
        run(&machine, setup)
        return machine
    }

    private func run(_ machine: inout Machine, _ setup: Setup) {
        if setup == .journalling { return }
        if setup == .journallingInterrupted {
            _ = machine.interrupt(first)
            return
        }
        if setup == .journallingClosed {
            _ = machine.channelClosed()
            return
        }
        _ = machine.journalled(first)
        switch setup {
        case .interrupted: _ = machine.interrupt(first)
        case .overdue: _ = machine.deadlinePassed(first)
        case .settling: _ = machine.answered(first)
        case .doomed:
            _ = machine.answered(first)
            _ = machine.channelViolated()
        case .closed: _ = machine.channelClosed()
        case .killed: _ = machine.driverEnded(.signaled(number: 11))
        case .settlingLoss:
            _ = machine.driverEnded(.signaled(number: 11))
            _ = machine.treeEmpty()
        case .restarting:
            _ = machine.answered(first)
            _ = machine.channelClosed()
            _ = machine.settled(first)
        default: break
        }
    }

    // MARK: Events

    private static let events = [
        "ready", "startFailed", "journalled", "journalFailed", "answered", "settled", "deadline", "grace", "interrupt",
        "closed", "violated", "oom", "ended", "statusOverdue", "treeEmpty", "spawnerLost", "delete",
    ]

    private func apply(_ event: String, to machine: inout Machine) -> [Machine.Action] {
        switch event {
        case "ready": machine.incarnationReady()
        case "startFailed": machine.incarnationFailed()
        case "journalled": machine.journalled(first)
        case "journalFailed": machine.journalFailed(first)
        case "answered": machine.answered(first)
        case "settled": machine.settled(first)
        case "deadline": machine.deadlinePassed(first)
        case "grace": machine.gracePassed(first)
        case "interrupt": machine.interrupt(first)
        case "closed": machine.channelClosed()
        case "violated": machine.channelViolated()
        case "oom": machine.outOfMemory()
        case "ended": machine.driverEnded(.exited(code: 3))
        case "statusOverdue": machine.statusOverdue()
        case "treeEmpty": machine.treeEmpty()
        case "spawnerLost": machine.spawnerLost()
        default: machine.delete()
        }
    }

    // MARK: Words

    private func word(_ phase: Machine.Phase) -> String {
        switch phase {
        case .starting: "starting"
        case .ready: "ready"
        case .inspecting: "inspecting"
        case .saving: "saving"
        case .running(let run): "running.\(word(run.stage))\(run.loss.map { "!\(word($0))" } ?? "")"
        case .ending(let ending):
            "ending(\(word(ending.loss))\(ending.isKilled ? " killed" : "")\(ending.isSettling ? " settling" : ""))"
        case .restarting: "restarting"
        case .failed(let failure): "failed(\(failure))"
        case .deleting: "deleting"
        }
    }

    private func word(_ stage: Machine.Stage) -> String {
        switch stage {
        case .journalling(let interruptWanted): interruptWanted ? "journalling+interrupt" : "journalling"
        case .executing: "executing"
        case .interrupted(let byDeadline): byDeadline ? "overdue" : "interrupted"
        case .settling: "settling"
        }
    }

    private func word(_ loss: Machine.Loss) -> String {
        switch loss.exit {
        case nil: "\(loss.trigger)"
        case .exited(let code): "\(loss.trigger) exit \(code)"
        case .signaled(let number): "\(loss.trigger) signal \(number)"
        }
    }

    private func word(_ action: Machine.Action) -> String {
        switch action {
        case .journalStart: "journalStart"
        case .send: "send"
        case .interrupt: "interrupt"
        case .interruptSoon: "interruptSoon"
        case .armGrace: "armGrace"
        case .disarm: "disarm"
        case .awaitStatus: "awaitStatus"
        case .kill: "kill"
        case .killRunning: "killRunning"
        case .rollBack: "rollBack"
        case .save: "save"
        case .settle(_, let loss): loss.map { "settle(\(word($0)))" } ?? "settle"
        case .abandon: "abandon"
        case .renew: "renew"
        case .destroy: "destroy"
        }
    }

    /// One line an event that does something: `state event -> phase: actions`.
    private func table() -> [String] {
        Setup.allCases.flatMap { setup in
            Self.events.compactMap { event in
                let before = machine(setup)
                var after = before
                let actions = apply(event, to: &after)
                guard after != before || !actions.isEmpty else { return nil }
                let words = actions.map { word($0) }.joined(separator: ", ")
                return "\(setup) \(event) -> \(word(after.phase))" + (words.isEmpty ? "" : ": " + words)
            }
        }
    }

    @Test func everyStateAndEvent() {
        let expected = SessionStateMachineTable.lines
        let actual = table()
        for line in Set(actual).symmetricDifference(expected).sorted() {
            Issue.record("\(expected.contains(line) ? "missing" : "unexpected"): \(line)")
        }
        #expect(actual.count == expected.count)
    }

    // MARK: Queue

    @Test func theQueueIsServedInOrder() throws {
        var machine = machine(.executing)
        let third = try ExecutionID.fresh()
        #expect(machine.submit(second, .wait) == .queue)
        #expect(machine.queued(second) == [])
        #expect(machine.submit(third, .wait) == .queue)
        #expect(machine.queued(third) == [])
        #expect(machine.answered(first) == [.disarm, .settle(first, nil)])
        #expect(machine.settled(first) == [.journalStart(second)])
        #expect(machine.journalled(second) == [.send(second)])
        #expect(machine.queue == [third])
    }

    @Test func theQueueHasALimitThatCountsReservations() throws {
        var machine = Machine(queueLimit: 2)
        #expect(machine.submit(first, .wait) == .queue)
        #expect(machine.submit(second, .wait) == .queue)
        #expect(machine.submit(try .fresh(), .wait) == .refuse(.queueFull))
        #expect(machine.queued(first, isJournalled: false) == [])
        #expect(machine.submit(try .fresh(), .wait) == .queue)
    }

    @Test func whoRefusesToWaitIsTold() {
        var running = machine(.executing)
        #expect(running.submit(second, .refuse) == .refuse(.busy))
        var idle = machine(.ready)
        #expect(idle.submit(second, .refuse) == .start)
        var failed = machine(.failed)
        #expect(failed.submit(second, .wait) == .refuse(.failed(.cannotStart)))
        var deleting = machine(.deleting)
        #expect(deleting.submit(second, .wait) == .refuse(.deleting))
    }

    @Test func whatIsQueuedCanBeTakenOut() {
        var machine = machine(.executing)
        _ = machine.submit(second, .wait)
        _ = machine.queued(second)
        #expect(machine.interrupt(second) == [.abandon(second)])
        _ = machine.answered(first)
        #expect(machine.settled(first) == [])
        #expect(machine.phase == .ready)
    }

    @Test func theQueueSurvivesAKillAndEndsWithTheSession() {
        var machine = machine(.killed)
        _ = machine.submit(second, .wait)
        #expect(machine.queued(second) == [])
        _ = machine.treeEmpty()
        #expect(machine.settled(first) == [.renew])
        #expect(machine.incarnationReady() == [.journalStart(second)])
        var lost = self.machine(.restarting)
        _ = lost.submit(second, .wait)
        _ = lost.queued(second)
        #expect(lost.spawnerLost() == [.abandon(second)])
    }

    @Test func startsThatFailInARowEndTheSession() {
        var machine = machine(.ready)
        for _ in 0..<Machine.startAttempts { #expect(machine.channelClosed() == [.renew]) }
        #expect(machine.channelClosed() == [])
        #expect(machine.phase == .failed(.cannotStart))
    }

    @Test func anAnswerForgivesFailedStarts() {
        var machine = machine(.ready)
        for _ in 0..<20 {
            _ = machine.channelClosed()
            _ = machine.incarnationReady()
            _ = machine.submit(first, .wait)
            _ = machine.journalled(first)
            _ = machine.answered(first)
            _ = machine.settled(first)
        }
        #expect(machine.phase == .ready)
    }

    @Test func anEndDuringTheJournalKeepsItsStatus() {
        var machine = machine(.journallingClosed)
        #expect(machine.driverEnded(.signaled(number: 11)) == [])
        #expect(machine.journalled(first) == [.disarm, .kill])
        let loss = Machine.Loss(trigger: .channelClosed, exit: .signaled(number: 11))
        #expect(machine.treeEmpty() == [.settle(first, loss)])
    }

    @Test func workThatEndsItsInterpreterIsNoFailedStart() {
        var machine = machine(.ready)
        for _ in 0..<20 {
            _ = machine.submit(first, .wait)
            #expect(machine.journalled(first) == [.send(first)])
            _ = machine.driverEnded(.exited(code: 1))
            _ = machine.treeEmpty()
            #expect(machine.settled(first) == [.renew])
            _ = machine.incarnationReady()
        }
        #expect(machine.phase == .ready)
    }

    @Test func aSessionIsTakenUpWhereItWas() {
        var machine = Machine(resuming: first, queued: [second])
        #expect(machine.answered(first) == [.disarm, .settle(first, nil)])
        #expect(machine.settled(first) == [.journalStart(second)])
        var idle = Machine(resuming: nil, queued: [second])
        #expect(idle.incarnationReady() == [.journalStart(second)])
    }

    /// Exactly one end for every execution, whatever comes in whatever order.
    @Test func everyExecutionEndsOnce() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var machine = Machine()
            _ = machine.incarnationReady()
            _ = machine.submit(first, .wait)
            var ends = 0
            var (journalling, settling) = (true, false)
            for _ in 0..<60 {
                let event = Self.events[Int(generator.next() % UInt64(Self.events.count))]
                // The owner reports what it was told to do, once.
                if event == "settled", !settling { continue }
                if event.hasPrefix("journal") {
                    guard journalling else { continue }
                    journalling = false
                }
                for action in apply(event, to: &machine) {
                    switch action {
                    case .settle(first, _): (ends, settling) = (ends + 1, true)
                    case .abandon(first): ends += 1
                    default: break
                    }
                }
                if event == "settled" { settling = false }
                if event == "journalFailed" { break }
            }
            #expect(ends <= 1)
        }
    }
}
