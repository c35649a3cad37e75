// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import StateStore
import Testing

@Suite("Commands in the journal")
struct CommandTests {
    private func record(_ id: String, session: String = "ses_a_1", _ text: String = "{}") -> CommandRecord {
        CommandRecord(id: id, sessionID: session, record: Data(text.utf8))
    }

    @Test("Numbers are each session's own")
    func numbers() throws {
        let fixture = try Fixture()
        for session in ["ses_a_1", "ses_a_2"] { _ = try fixture.store.createSession(makeSession(session)) }
        for number in 1...3 as ClosedRange<Int64> {
            #expect(try fixture.store.insertCommand(record("cmd_a_\(number)")) == number)
        }
        #expect(try fixture.store.insertCommand(record("cmd_a_4", session: "ses_a_2")) == 1)
        #expect(throws: StateStoreError.self) { try fixture.store.insertCommand(record("cmd_a_5", session: "none")) }
        #expect(throws: StateStoreError.self) { try fixture.store.insertCommand(record("cmd_a_1")) }
    }

    @Test("A finished command changes no more")
    func ends() throws {
        let fixture = try Fixture()
        _ = try fixture.store.createSession(makeSession())
        _ = try fixture.store.insertCommand(record("cmd_a_1"))
        #expect(try fixture.store.openCommands().map(\.id) == ["cmd_a_1"])
        #expect(try fixture.store.updateCommand("cmd_a_1", record: Data("1".utf8)))
        #expect(try fixture.store.finishCommand("cmd_a_1", record: Data("2".utf8)))
        #expect(try !fixture.store.updateCommand("cmd_a_1", record: Data("3".utf8)))
        #expect(try !fixture.store.finishCommand("cmd_a_1", record: Data("4".utf8)))
        #expect(try fixture.store.openCommands() == [])
        let found = try #require(try fixture.store.command("cmd_a_1"))
        #expect((found.state, found.record) == (.finished, Data("2".utf8)))
    }

    @Test("Pages follow each other, and take no other list's cursors")
    func pages() throws {
        let fixture = try Fixture()
        _ = try fixture.store.createSession(makeSession())
        for number in 1...5 { _ = try fixture.store.insertCommand(record("cmd_a_\(number)")) }
        let first = try fixture.store.commands(session: "ses_a_1", limit: 3)
        let cursor = try #require(first.next)
        let rest = try fixture.store.commands(session: "ses_a_1", after: try Cursor(text: cursor.text), limit: 3)
        #expect((first.elements + rest.elements).map(\.number) == [1, 2, 3, 4, 5])
        #expect(rest.next == nil)
        #expect(throws: StateStoreError.self) {
            try fixture.store.commands(session: "ses_a_1", after: try Cursor(text: "e.1."), limit: 3)
        }
    }
}
