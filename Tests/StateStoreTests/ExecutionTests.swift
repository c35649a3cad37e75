// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import StateStore
import Testing

@Suite struct ExecutionTests {
    private let fixture: Fixture
    private var store: StateStore { fixture.store }

    init() throws {
        fixture = try Fixture()
    }

    @Test func numbersExecutionsPerSessionAndCountsThem() throws {
        _ = try store.createSession(makeSession("ses_a_1"))
        _ = try store.createSession(makeSession("ses_a_2"))
        #expect(try store.insertExecution(makeExecution("exe_a_1")).number == 1)
        #expect(try store.insertExecution(makeExecution("exe_a_2", session: "ses_a_2")).number == 1)
        #expect(try store.insertExecution(makeExecution("exe_a_3")).number == 2)
        let session = try store.session("ses_a_1")
        #expect(session?.executions == 2)
        #expect(session?.lastActivityAt == 2_000)
    }

    @Test func runsThroughItsStates() throws {
        _ = try store.createSession(makeSession())
        var expected = try store.insertExecution(makeExecution("exe_a_1", idempotency: "1000 key"))
        #expect(expected.state == .queued)
        #expect(try store.execution("exe_a_1") == expected)

        let nonce = [UInt8](repeating: 9, count: 16)
        try store.startExecution("exe_a_1", incarnation: 2, nonce: nonce, start: someStart)
        expected.state = .running
        expected.incarnation = 2
        expected.nonce = nonce
        expected.start = someStart
        #expect(try store.execution(idempotency: "1000 key") == expected)

        try store.finishExecution("exe_a_1", makeFinish())
        expected.state = .finished
        expected.stdin = nil
        expected.status = "ok"
        expected.finishedAt = 3_000
        expected.result = Data([0, 255, 1])
        #expect(try store.execution("exe_a_1") == expected)
    }

    @Test func refusesChangesThatDoNotFitTheState() throws {
        _ = try store.createSession(makeSession())
        _ = try store.insertExecution(makeExecution("exe_a_1", start: someStart))
        let started = #expect(throws: StateStoreError.self) {
            try store.startExecution("exe_a_1", incarnation: 1, nonce: Array(0..<16), start: someStart)
        }
        #expect(started?.code == .conflict)
        try store.finishExecution("exe_a_1", makeFinish("ok"))
        let finished = #expect(throws: StateStoreError.self) {
            try store.finishExecution("exe_a_1", makeFinish("timeout"))
        }
        #expect(finished?.code == .conflict)
        #expect(try store.execution("exe_a_1")?.status == "ok")
    }

    @Test func failedInsertAllotsNoNumber() throws {
        _ = try store.createSession(makeSession())
        _ = try store.insertExecution(makeExecution("exe_a_1"))
        #expect(throws: StateStoreError.self) { try store.insertExecution(makeExecution("exe_a_1")) }
        #expect(try store.session("ses_a_1")?.executions == 1)
        let unknown = #expect(throws: StateStoreError.self) {
            try store.insertExecution(makeExecution("exe_a_2", session: "ses_a_9"))
        }
        #expect(unknown?.code == .notFound)
    }

    @Test func oneExecutionPerIdempotentRequest() throws {
        _ = try store.createSession(makeSession())
        _ = try store.insertExecution(makeExecution("exe_a_1", idempotency: "k"))
        let error = #expect(throws: StateStoreError.self) {
            try store.insertExecution(makeExecution("exe_a_2", idempotency: "k"))
        }
        #expect(error?.code == .conflict)
    }

    @Test func openExecutionsSurviveARestartOfTheDaemon() throws {
        let scratch = try Scratch()
        let first = try StateStore(path: scratch.database)
        _ = try first.createSession(makeSession())
        _ = try first.insertExecution(makeExecution("exe_a_1", start: someStart))
        _ = try first.insertExecution(makeExecution("exe_a_2"))
        _ = try first.insertExecution(makeExecution("exe_a_3", start: someStart))
        try first.finishExecution("exe_a_3", makeFinish())

        // The first daemon is killed: its connections are still open when the second one comes.
        let second = try StateStore(path: scratch.database)
        let open = try second.openExecutions()
        #expect(open.map(\.id) == ["exe_a_1", "exe_a_2"])
        #expect(open.map(\.code) == ["print('ü')", "print('ü')"])
        #expect(open.first?.start == someStart)
    }

    @Test func restartOfTheHostEndsWhatDidNotSurvive() throws {
        _ = try store.createSession(makeSession())
        for number in 1...3 { _ = try store.insertExecution(makeExecution("exe_a_\(number)", start: someStart)) }
        let ended = try store.markHostRestart(except: ["exe_a_2"]) { record in
            ExecutionFinish(status: "lost", finishedAt: 9, incarnation: 1, result: Data(record.id.utf8))
        }
        #expect(ended.map(\.id) == ["exe_a_1", "exe_a_3"])
        #expect(try store.openExecutions().map(\.id) == ["exe_a_2"])
        let record = try store.execution("exe_a_3")
        #expect(record?.status == "lost")
        #expect(record?.result == Data("exe_a_3".utf8))
    }

    @Test func codeIsKeptUntilTheSessionIsDeleted() throws {
        _ = try store.createSession(makeSession())
        _ = try store.insertExecution(makeExecution("exe_a_1", start: someStart))
        _ = try store.insertExecution(makeExecution("exe_a_2"))
        try store.finishExecution("exe_a_1", makeFinish())
        // A page of large programs would be large: it has the code of those that are still to run.
        #expect(try store.executions(session: "ses_a_1", limit: 5).elements.map(\.code) == [nil, "print('ü')"])
        let whole = try store.executions(session: "ses_a_1", limit: 5, withCode: true)
        #expect(whole.elements.map(\.code) == ["print('ü')", "print('ü')"])
        #expect(try store.execution("exe_a_1")?.code == "print('ü')")
        try store.deleteSession("ses_a_1", at: 5_000)
        #expect(try store.execution("exe_a_1")?.code == nil)
        #expect(try store.execution("exe_a_1")?.status == "ok")
    }

    @Test func codeThatIsStillInTheLogGoesWithTheSession() throws {
        _ = try store.createSession(makeSession())
        for number in 1...2 {
            _ = try store.beginExecution(makeExecution("exe_a_\(number)", start: someStart))
            try store.endExecution("exe_a_\(number)", makeFinish())
        }
        try store.deleteSession("ses_a_1", at: 5_000)
        let left = try store.executions(session: "ses_a_1", limit: 5, withCode: true)
        #expect(left.elements.map(\.code) == [nil, nil])
    }

    @Test func pagesFollowTheNumbers() throws {
        _ = try store.createSession(makeSession())
        for number in 1...11 { _ = try store.insertExecution(makeExecution("exe_a_\(number)")) }
        let first = try store.executions(session: "ses_a_1", limit: 5)
        let second = try store.executions(session: "ses_a_1", after: first.next, limit: 5)
        let third = try store.executions(session: "ses_a_1", after: second.next, limit: 5)
        #expect((first.elements + second.elements + third.elements).map(\.number) == Array(1...11))
        #expect(third.next == nil)
    }
}
