// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite struct IdempotencyTests {
    private static func key(_ key: String) -> HTTPFields {
        [.init("Idempotency-Key") ?? .date: key]
    }

    @Test(arguments: Driver.allCases) func answersTheSameAgain(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let first = try await harness.send(.post, "/v1/sessions", "{}", headers: Self.key("k"))
            let second = try await harness.send(.post, "/v1/sessions", "{}", headers: Self.key("k"))
            #expect(first.status == .created && second.status == .created)
            #expect(first.body == second.body && second.headers[.contentType] == "application/json")
            #expect(harness.service.state.sessions.count == 1)
            let other = try await harness.send(.post, "/v1/sessions", #"{"name":"x"}"#, headers: Self.key("k"))
            #expect(try other.errorCode() == "idempotency_conflict")
        }
    }

    @Test(arguments: Driver.allCases) func deletesOnce(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let session = try await harness.makeSession()
            for _ in 0..<2 {
                let response = try await harness.send(.delete, "/v1/sessions/\(session)", headers: Self.key("d"))
                #expect(response.status == .noContent)
            }
            #expect(try await harness.send(.delete, "/v1/sessions/\(session)").status == .notFound)
        }
    }

    @Test func uploadsOnce() async throws {
        try await Harness.run(.live) { harness in
            let file = "/v1/sessions/\(try await harness.makeSession())/files/f"
            #expect(try await harness.send(.put, file, "one", headers: Self.key("u")).status == .created)
            _ = try await harness.send(.put, file, "two")
            #expect(try await harness.send(.put, file, "one", headers: Self.key("u")).status == .created)
            #expect(try await harness.send(.get, file).text == "two")
        }
    }

    @Test func runsOnce() async throws {
        try await Harness.run(.router) { harness in
            let path = "/v1/sessions/\(try await harness.makeSession())/executions"
            let first = try await harness.send(.post, path, #"{"code":"1"}"#, headers: Self.key("e"))
            let second = try await harness.send(.post, path, #"{"code":"1"}"#, headers: Self.key("e"))
            #expect(first.body == second.body)
            #expect(harness.service.state.executions.count == 1)
        }
    }

    @Test func forgetsFailures() async throws {
        try await Harness.run(.router) { harness in
            for code in ["unknown_field", "unknown_field"] {
                let response = try await harness.send(.post, "/v1/sessions", #"{"x":1}"#, headers: Self.key("f"))
                #expect(try response.errorCode() == code)
            }
            #expect(harness.service.state.claims.isEmpty)
        }
    }

    @Test(arguments: ["", " ", "a b", "é", String(repeating: "k", count: 129)])
    func refusesKeys(_ key: String) async throws {
        try await Harness.run(.router) { harness in
            let response = try await harness.send(.post, "/v1/sessions", "{}", headers: Self.key(key))
            #expect(response.status == .badRequest)
            #expect(try response.errorCode() == "invalid_request")
        }
    }
}
