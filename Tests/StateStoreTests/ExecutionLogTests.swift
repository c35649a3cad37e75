// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import StateStore
import Testing

/// Executions that go through the log: as seen at once, after a kill, and after a power cut.
@Suite struct ExecutionLogTests {
    private func logged(_ id: String, session: String = "ses_a_1", code: String = "1+1") -> ExecutionRecord {
        var record = makeExecution(id, session: session, start: someStart)
        record.code = code
        return record
    }

    /// What lies in the directory when the process is killed now.
    private func killed(_ fixture: Fixture) throws -> Scratch {
        let copy = try Scratch()
        for (name, content) in try fixture.scratch.files() where !name.hasSuffix("-shm") {
            try content.write(to: URL(filePath: "\(copy.path)/\(name)"))
        }
        return copy
    }

    private func segments(_ scratch: Scratch) throws -> [URL] {
        try scratch.files().filter { $0.key.contains("-executions-") && !$0.value.isEmpty }.keys.sorted()
            .map { URL(filePath: "\(scratch.path)/\($0)") }
    }

    @Test func isSeenAtOnce() throws {
        let fixture = try Fixture()
        _ = try fixture.store.createSession(makeSession())
        _ = try fixture.store.createSession(makeSession("ses_a_2"))
        for number in 1...5 {
            #expect(try fixture.store.beginExecution(logged("exe_a_\(number)")) == Int64(number))
            #expect(try fixture.store.execution("exe_a_\(number)")?.state == .running)
            try fixture.store.endExecution("exe_a_\(number)", makeFinish())
        }
        #expect(try fixture.store.beginExecution(logged("exe_b_1", session: "ses_a_2")) == 1)
        #expect(try fixture.store.openExecutions().map(\.id) == ["exe_b_1"])
        let page = try fixture.store.executions(session: "ses_a_1", limit: 10)
        #expect(page.elements.map(\.number) == [1, 2, 3, 4, 5])
        #expect(page.elements.allSatisfy { $0.state == .finished && $0.code == nil && $0.result != nil })
        #expect(try fixture.store.session("ses_a_1")?.executions == 5)
    }

    @Test func isTheSameRowAsWithoutTheLog() throws {
        let fixture = try Fixture()
        _ = try fixture.store.createSession(makeSession())
        _ = try fixture.store.createSession(makeSession("ses_a_2"))
        _ = try fixture.store.insertExecution(logged("exe_a_1"))
        // The first of a session asks the tables for its number.
        _ = try fixture.store.beginExecution(logged("exe_a_0", session: "ses_a_2"))
        try fixture.store.endExecution("exe_a_0", makeFinish())
        _ = try fixture.store.beginExecution(logged("exe_a_2", session: "ses_a_2"))
        for id in ["exe_a_1", "exe_a_2"] {
            let record = try #require(try fixture.store.execution(id))
            #expect(record.code == "1+1" && record.start == someStart && record.nonce == Array(0..<16))
        }
        try fixture.store.finishExecution("exe_a_1", makeFinish())
        try fixture.store.endExecution("exe_a_2", makeFinish())
        var (plain, logged) = (
            try #require(try fixture.store.execution("exe_a_1")), try #require(try fixture.store.execution("exe_a_2"))
        )
        (plain.id, plain.sessionID, plain.number) = ("", "", 0)
        (logged.id, logged.sessionID, logged.number) = ("", "", 0)
        #expect(plain == logged)
    }

    @Test func numbersAreOneSequence() throws {
        let fixture = try Fixture()
        _ = try fixture.store.createSession(makeSession())
        #expect(try fixture.store.beginExecution(logged("exe_a_1")) == 1)
        #expect(try fixture.store.beginExecution(logged("exe_a_2")) == 2)
        #expect(try fixture.store.insertExecution(makeExecution("exe_a_3")).number == 3)
        #expect(try fixture.store.beginExecution(logged("exe_a_4")) == 4)
        #expect(try fixture.store.beginExecution(makeExecution("exe_a_5", idempotency: "k")) == 5)
        #expect(try fixture.store.beginExecution(logged("exe_a_6")) == 6)
        #expect(throws: StateStoreError.self) { try fixture.store.beginExecution(logged("exe_x", session: "ses_a_9")) }
        try fixture.store.deleteSession("ses_a_1", at: 5)
        #expect(throws: StateStoreError.self) { try fixture.store.beginExecution(logged("exe_a_7")) }
    }

    @Test func aKillLosesNothing() throws {
        let fixture = try Fixture(foldMilliseconds: 3_600_000)
        _ = try fixture.store.createSession(makeSession())
        for number in 1...40 {
            _ = try fixture.store.beginExecution(logged("exe_a_\(number)"))
            if number % 4 != 0 { try fixture.store.endExecution("exe_a_\(number)", makeFinish()) }
            if number == 20 { #expect(try fixture.store.execution("exe_a_1") != nil) }
        }
        let copy = try killed(fixture)
        #expect(try !segments(copy).isEmpty)
        // Killed once more while it takes up what is there.
        for _ in 1...2 {
            let second = try StateStore(path: copy.database)
            #expect(try second.openExecutions().map(\.number) == stride(from: 4, through: 40, by: 4).map { Int64($0) })
            #expect(try second.executions(session: "ses_a_1", limit: 100).elements.count == 40)
            #expect(try second.session("ses_a_1")?.executions == 40)
            try second.close()
        }
        #expect(try segments(copy).isEmpty)
    }

    @Test func aTornTailEndsTheLog() throws {
        let fixture = try Fixture(foldMilliseconds: 3_600_000)
        _ = try fixture.store.createSession(makeSession())
        _ = try fixture.store.insertExecution(makeExecution("exe_a_0", start: someStart))
        _ = try fixture.store.beginExecution(logged("exe_a_1"))
        _ = try fixture.store.beginExecution(logged("exe_a_2"))
        _ = try fixture.store.beginExecution(logged("exe_a_3", code: String(repeating: "x", count: 5_000)))
        let whole = try killed(fixture)
        let segment = try #require(try segments(whole).first)
        let content = try Data(contentsOf: segment)
        for cut in [1, 100, 4_999, 5_100] {
            let copy = try killed(fixture)
            try content.dropLast(cut).write(to: try #require(try segments(copy).first))
            let store = try StateStore(path: copy.database)
            #expect(try store.openExecutions().map(\.id).contains("exe_a_2"))
            #expect(try store.execution("exe_a_3") == nil)
            try store.close()
        }
        var damaged = content
        damaged[damaged.count - 2_000] ^= 1
        let copy = try killed(fixture)
        try damaged.write(to: try #require(try segments(copy).first))
        #expect(try StateStore(path: copy.database).execution("exe_a_3") == nil)
    }

    @Test func isFoldedByItself() async throws {
        let fixture = try Fixture()
        _ = try fixture.store.createSession(makeSession())
        for number in 1...600 {
            _ = try fixture.store.beginExecution(logged("exe_a_\(number)"))
            try fixture.store.endExecution("exe_a_\(number)", makeFinish())
        }
        for _ in 1...200 where try !segments(fixture.scratch).isEmpty {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try segments(fixture.scratch).isEmpty)
        #expect(try fixture.store.executions(session: "ses_a_1", limit: 1_000).elements.count == 600)
    }

    /// A reader who comes while another one brings the tables up to date waits for that.
    @Test func nobodyReadsTheTablesTooEarly() async throws {
        let fixture = try Fixture()
        let store = fixture.store
        for session in 1...3 { _ = try store.createSession(makeSession("ses_a_\(session)")) }
        await withTaskGroup { group in
            for session in 1...3 {
                group.addTask {
                    for number in 1...150 {
                        let id = "exe_\(session)_\(number)"
                        _ = try? store.beginExecution(logged(id, session: "ses_a_\(session)"))
                        #expect((try? store.execution(id))?.state == .running)
                        try? store.endExecution(id, makeFinish())
                        #expect((try? store.execution(id))?.state == .finished)
                    }
                }
            }
        }
    }

    @Test func readersAndWritersMeet() async throws {
        let fixture = try Fixture()
        _ = try fixture.store.createSession(makeSession())
        let store = fixture.store
        await withTaskGroup { group in
            group.addTask {
                for number in 1...400 {
                    guard (try? store.beginExecution(logged("exe_a_\(number)"))) == Int64(number) else {
                        Issue.record("number \(number)")
                        return
                    }
                    try? store.endExecution("exe_a_\(number)", makeFinish())
                }
            }
            for _ in 1...3 {
                group.addTask {
                    var last = 0
                    while last < 400 {
                        let rows = (try? store.executions(session: "ses_a_1", limit: 1_000).elements) ?? []
                        #expect(rows.map(\.number) == Array(1..<Int64(rows.count + 1)))
                        #expect(rows.count >= last)
                        last = rows.count
                    }
                }
            }
        }
        #expect(try store.openExecutions().isEmpty)
    }
}
