// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite struct SessionRouteTests {
    @Test(arguments: Driver.allCases) func createsGetsListsDeletes(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let created = try await harness.send(.post, "/v1/sessions", #"{"name":"a"}"#)
            #expect(created.status == .created)
            let session = try created.decode(Session.self)
            #expect(session.name == "a")
            #expect(created.text.contains(#""workspace_bytes":null"#))

            let got = try await harness.send(.get, "/v1/sessions/\(session.id)")
            #expect(got.status == .ok)
            #expect(try got.decode(Session.self) == session)

            let list = try await harness.send(.get, "/v1/sessions").decode(SessionPage.self)
            #expect(list.sessions.map(\.id) == [session.id])

            let deleted = try await harness.send(.delete, "/v1/sessions/\(session.id)")
            #expect(deleted.status == .noContent && deleted.body.readableBytes == 0)
            let gone = try await harness.send(.get, "/v1/sessions/\(session.id)")
            #expect(gone.status == .notFound)
            #expect(try gone.errorCode() == "session_not_found")
        }
    }

    @Test(arguments: Driver.allCases) func getsWhatHasTheName(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            #expect(try await harness.send(.post, "/v1/sessions", #"{"name":"a"}"#).status == .created)
            #expect(try await harness.send(.post, "/v1/sessions", #"{"name":"a"}"#).status == .ok)
            let other = try await harness.send(.post, "/v1/sessions", #"{"name":"a","image":"other"}"#)
            #expect(other.status == .conflict)
            #expect(try other.errorCode() == "name_in_use_with_other_settings")
        }
    }

    @Test(arguments: Driver.allCases) func needsNoBody(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let response = try await harness.send(.post, "/v1/sessions")
            #expect(response.status == .created)
        }
    }

    @Test(arguments: Driver.allCases) func pagesThroughSessions(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            for _ in 0..<5 {
                _ = try await harness.makeSession()
            }
            var names: [String] = []
            var uri = "/v1/sessions?limit=2"
            while true {
                let page = try await harness.send(.get, uri).decode(SessionPage.self)
                names += page.sessions.map(\.id.description)
                guard let cursor = page.nextCursor else { break }
                uri = "/v1/sessions?limit=2&cursor=\(cursor)"
            }
            #expect(names.count == 5 && Set(names).count == 5)
        }
    }

    @Test(arguments: Driver.allCases) func findsByName(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            _ = try await harness.makeSession(name: "a/b")
            _ = try await harness.makeSession()
            let page = try await harness.send(.get, "/v1/sessions?name=a%2Fb").decode(SessionPage.self)
            #expect(page.sessions.map(\.name) == ["a/b"])
        }
    }
}
