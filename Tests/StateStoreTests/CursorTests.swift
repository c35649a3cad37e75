// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import StateStore
import Testing

@Suite struct CursorTests {
    private let fixture: Fixture
    private var store: StateStore { fixture.store }

    init() throws {
        fixture = try Fixture()
    }

    @Test(
        arguments: [
            "", "s", "s.1", "x.1.a", "s.one.a", "s.1.a.b", "s.99999999999999999999.a", "s.1.A", "s.1.a'--", "s.1. ",
            "s.1." + String(repeating: "a", count: 200), "s.1.\u{0}",
        ])
    func refusesForeignText(_ text: String) {
        let error = #expect(throws: StateStoreError.self) { try Cursor(text: text) }
        #expect(error?.code == .invalidCursor)
    }

    @Test func refusesTheCursorOfAnotherList() throws {
        for number in 1...2 { _ = try store.createSession(makeSession("ses_a_\(number)")) }
        let cursor = try #require(try store.sessions(limit: 1).next)
        let error = #expect(throws: StateStoreError.self) {
            try store.executions(session: "ses_a_1", after: cursor, limit: 1)
        }
        #expect(error?.code == .invalidCursor)
    }
}
