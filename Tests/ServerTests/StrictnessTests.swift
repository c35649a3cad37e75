// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite struct StrictnessTests {
    @Test(arguments: Driver.allCases) func saysWhatIsNotThere(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            for path in ["/", "/v2/sessions", "/v1/sessions/a/b/c", "/v1"] {
                let response = try await harness.send(.get, path)
                #expect(response.status == .notFound)
                #expect(try response.errorCode() == "not_found")
            }
        }
    }

    @Test(arguments: Driver.allCases) func saysWhichMethodsThereAre(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let response = try await harness.send(.patch, "/v1/sessions")
            #expect(response.status == .methodNotAllowed && response.headers[.allow] == "GET, HEAD, POST")
            #expect(try response.errorCode() == "method_not_allowed")
            #expect(try await harness.send(.get, "/v1/sessions/a/executions/b/interrupt").status == .methodNotAllowed)
            #expect(try await harness.send(.post, "/v1/sessions/a/files/b").headers[.allow] == "DELETE, GET, HEAD, PUT")
        }
    }

    @Test(arguments: [
        "/v1/sessions?x=1", "/v1/sessions?limit=0", "/v1/sessions?limit=501", "/v1/sessions?limit=two",
        "/v1/sessions?limit=1&limit=2", "/v1/sessions?cursor=", "/v1/sessions?name=%zz", "/v1/sessions?name=%ff",
        "/health/live?verbose", "/v1/status?x", "/openapi.json?x=1",
    ])
    func refusesQueries(_ uri: String) async throws {
        try await Harness.run(.router) { harness in
            let response = try await harness.send(.get, uri)
            #expect(response.status == .badRequest, "\(uri)")
            #expect(try response.errorCode() == "invalid_request")
        }
    }

    @Test(arguments: Driver.allCases) func refusesBodies(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let session = "/v1/sessions/\(try await harness.makeSession())"
            #expect(try await harness.send(.post, "/v1/sessions", "{").errorCode() == "invalid_request")
            #expect(try await harness.send(.post, "/v1/sessions", #"{"x":1}"#).errorCode() == "unknown_field")
            #expect(try await harness.send(.post, "\(session)/executions").errorCode() == "invalid_request")
            #expect(try await harness.send(.delete, session, #"{"x":1}"#).errorCode() == "unknown_field")
            let deep = String(repeating: "[", count: 100_000)
            #expect(try await harness.send(.post, "/v1/sessions", deep).errorCode() == "invalid_request")
        }
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""])
    func wantsJSONDeclared(_ type: String) async throws {
        try await Harness.run(.router) { harness in
            let response = try await harness.send(.post, "/v1/sessions", "{}", headers: [.contentType: type])
            #expect(response.status == .unsupportedMediaType)
            #expect(try response.errorCode() == "unsupported_media_type")
        }
    }

    @Test(arguments: ["application/json", "application/json; charset=utf-8", "Application/JSON ;charset=utf-8"])
    func takesJSON(_ type: String) async throws {
        try await Harness.run(.router) { harness in
            let response = try await harness.send(.post, "/v1/sessions", "{}", headers: [.contentType: type])
            #expect(response.status == .created)
        }
    }

    @Test(arguments: Driver.allCases) func refusesBodiesThatAreTooLarge(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let body = String(repeating: " ", count: 16 << 20) + "{}"
            let response = try await harness.send(.post, "/v1/sessions", body)
            #expect(response.status == .contentTooLarge)
            #expect(try response.errorCode() == "payload_too_large")
            #expect(try await harness.send(.get, "/health/live").status == .ok)
        }
    }

    @Test(arguments: Driver.allCases) func mapsErrorsOfTheService(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let path = "/v1/sessions/\(try await harness.makeSession())/executions"
            let busy = try await harness.send(.post, path, #"{"code":"busy"}"#)
            #expect(busy.status == .conflict)
            #expect(try busy.errorCode() == "session_busy")
            let defect = try await harness.send(.post, path, #"{"code":"defect"}"#)
            #expect(defect.status == .internalServerError)
            #expect(try defect.errorCode() == "internal")
            #expect(!defect.text.contains("Defect"))
        }
    }

    @Test(arguments: ["garbage", "ses_test_x", "exe_test_aaaaaaaaaaaaaaaaaaaaaaaaaa", "%2e%2e"])
    func refusesIds(_ id: String) async throws {
        try await Harness.run(.router) { harness in
            #expect(try await harness.send(.get, "/v1/sessions/\(id)").errorCode() == "session_not_found")
            let session = try await harness.makeSession()
            let path = "/v1/sessions/\(session)/executions/\(id == "exe_test_aaaaaaaaaaaaaaaaaaaaaaaaaa" ? "x" : id)"
            #expect(try await harness.send(.get, path).errorCode() == "execution_not_found")
        }
    }
}
