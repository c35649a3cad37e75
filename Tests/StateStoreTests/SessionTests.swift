// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import StateStore
import Testing

@Suite struct SessionTests {
    private let fixture: Fixture
    private var store: StateStore { fixture.store }

    init() throws {
        fixture = try Fixture()
    }

    @Test func givesBackWhatWasStored() throws {
        let session = makeSession(name: "thread 42 ü")
        #expect(try store.createSession(session) == .created)
        #expect(try store.session(session.id) == session)
        #expect(try store.session(named: "thread 42 ü") == session)
        #expect(try store.session("ses_a_other") == nil)
    }

    @Test func createsOneSessionPerName() throws {
        let first = makeSession("ses_a_1", name: "chat")
        _ = try store.createSession(first)
        #expect(try store.createSession(makeSession("ses_a_2", name: "chat")) == .existing(first))
        #expect(try store.session("ses_a_2") == nil)
        #expect(try store.createSession(makeSession("ses_a_3")) == .created)
        #expect(try store.createSession(makeSession("ses_a_4")) == .created)
    }

    @Test func refusesAnIdTwice() throws {
        _ = try store.createSession(makeSession())
        let error = #expect(throws: StateStoreError.self) { try store.createSession(makeSession()) }
        #expect(error?.code == .conflict)
    }

    @Test func deletedSessionLeavesATombstoneAndItsName() throws {
        _ = try store.createSession(makeSession("ses_a_1", name: "chat"))
        #expect(try store.deleteSession("ses_a_1", at: 9_000))
        #expect(try !store.deleteSession("ses_a_1", at: 9_001))
        #expect(try store.session("ses_a_1") == nil)
        #expect(try store.session("ses_a_1", includingDeleted: true)?.deletedAt == 9_000)
        #expect(try store.sessions(limit: 10).elements.isEmpty)
        #expect(try store.createSession(makeSession("ses_a_2", name: "chat")) == .created)
    }

    @Test func keepsHowTheSessionWasMade() throws {
        _ = try store.createSession(makeSession())
        try store.updateSession("ses_a_1", state: "ready", incarnation: 1, creation: Data(#"{"path":"zygote"}"#.utf8))
        try store.updateSession("ses_a_1", state: "running", incarnation: 2)
        #expect(try store.session("ses_a_1")?.creation == Data(#"{"path":"zygote"}"#.utf8))
    }

    @Test func updatesStateIncarnationAndActivity() throws {
        _ = try store.createSession(makeSession())
        try store.updateSession("ses_a_1", state: "restarting", incarnation: 3)
        try store.touchSession("ses_a_1", at: 7_000)
        try store.touchSession("ses_a_1", at: 6_000)
        let session = try store.session("ses_a_1")
        #expect(session?.state == "restarting")
        #expect(session?.incarnation == 3)
        #expect(session?.lastActivityAt == 7_000)
        let error = #expect(throws: StateStoreError.self) { try store.touchSession("ses_a_9", at: 1) }
        #expect(error?.code == .notFound)
    }

    @Test func pagesAreCompleteAndStableWhileSessionsComeAndGo() throws {
        for number in 1...25 {
            // Several share a time, so that the id decides.
            let id = "ses_a_\(String(format: "%02d", 26 - number))"
            _ = try store.createSession(makeSession(id, createdAt: Int64(number / 5)))
        }
        let all = try store.liveSessions().map(\.id)
        var seen: [String] = []
        var cursor: Cursor?
        repeat {
            let page = try store.sessions(after: cursor, limit: 7)
            seen += page.elements.map(\.id)
            if let last = page.elements.last { try store.deleteSession(last.id, at: 1) }
            cursor = try page.next.map { try Cursor(text: $0.text) }
        } while cursor != nil
        #expect(seen == all)
        #expect(seen.count == 25)
    }

    @Test func lastPageHasNoCursor() throws {
        for number in 1...4 { _ = try store.createSession(makeSession("ses_a_\(number)")) }
        #expect(try store.sessions(limit: 4).next == nil)
        #expect(try store.sessions(limit: 3).next != nil)
        #expect(try store.sessions(limit: -5).elements.count == 1)
    }
}
