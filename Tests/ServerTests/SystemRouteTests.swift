// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Server
import Testing

@Suite struct SystemRouteTests {
    @Test(arguments: Driver.allCases) func tellsItsHealth(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            #expect(try await harness.send(.get, "/health/live").text == #"{"status":"ok"}"#)
            #expect(try await harness.send(.get, "/health/ready").status == .ok)
            harness.service.change { $0.isReady = false }
            let unready = try await harness.send(.get, "/health/ready")
            #expect(unready.status == .serviceUnavailable)
            #expect(try unready.decode(Readiness.self) == Readiness(status: .unready, problems: ["No spawner."]))
            let status = try await harness.send(.get, "/v1/status")
            #expect(try status.decode(SystemStatus.self) == Sample.status)
            #expect(status.text.contains(#""pool":null"#))
        }
    }

    @Test(arguments: Driver.allCases) func tellsItsMetrics(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let metrics = try await harness.send(.get, "/metrics")
            #expect(metrics.status == .ok && metrics.text == "cloister_sessions 1\n")
            #expect(metrics.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(try await harness.send(.get, "/metrics?x=1").status == .badRequest)
        }
    }

    /// The document and the router name the same operations.
    @Test func documentsEveryRoute() async throws {
        try await Harness.run(.router) { harness in
            let document = try await harness.send(.get, "/openapi.json").decode(Document.self)
            let described = document.paths.flatMap { path, item in
                item.keys.filter { $0 != "parameters" }.map { "\($0.uppercased()) \(path)" }
            }
            #expect(Set(described) == Set(APIRouter(service: harness.service).routes))
            #expect(described.count == 38)
        }
    }

    private struct Document: Decodable {
        var paths: [String: [String: JSONValue]]
    }

    /// The codes of the document are the codes of the program.
    @Test func documentsEveryErrorCode() async throws {
        struct Codes: Decodable {
            struct Components: Decodable {
                struct Schemas: Decodable {
                    struct Code: Decodable {
                        var `enum`: [String]
                    }

                    var errorCode: Code

                    private enum CodingKeys: String, CodingKey {
                        case errorCode = "ErrorCode"
                    }
                }

                var schemas: Schemas
            }

            var components: Components
        }
        let document = try JSONDecoder().decode(Codes.self, from: Data(OpenAPIDocument.json.utf8))
        #expect(Set(document.components.schemas.errorCode.enum) == Set(ErrorCode.allCases.map(\.rawValue)))
    }
}
