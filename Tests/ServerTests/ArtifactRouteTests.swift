// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite struct ArtifactRouteTests {
    private static let digest = String(repeating: "ab", count: 32)

    @Test(arguments: Driver.allCases) func servesAsAttachment(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            harness.service.change {
                $0.artifact = .bytes(
                    FakeService.content(Array("<svg/>".utf8), name: "ü\"1.svg", mime: "image/svg+xml")
                )
            }
            let response = try await harness.send(.get, "/v1/artifacts/\(Self.digest)")
            #expect(response.text == "<svg/>" && response.headers[.contentType] == "image/svg+xml")
            #expect(
                response.headers[.contentDisposition]
                    == #"attachment; filename="___1.svg"; filename*=UTF-8''%C3%BC%221.svg"#
            )
            #expect(response.headers[.init("X-Content-Type-Options") ?? .date] == "nosniff")
            #expect(response.headers[.eTag] == "\"\(Self.digest)\"")
            let head = try await harness.send(.head, "/v1/artifacts/\(Self.digest)")
            #expect(head.status == .ok && head.body.readableBytes == 0 && head.headers[.contentLength] == "6")
        }
    }

    @Test func neverGivesOnAHeaderInATypeOrName() async throws {
        try await Harness.run(.router) { harness in
            harness.service.change {
                $0.artifact = .bytes(FakeService.content([1], name: "a\r\nX: y", mime: "text/html\r\nX: y"))
            }
            let response = try await harness.send(.get, "/v1/artifacts/\(Self.digest)")
            #expect(response.headers[.contentType] == "application/octet-stream")
            #expect(
                response.headers[.contentDisposition]
                    == #"attachment; filename="a__X: y"; filename*=UTF-8''a%0D%0AX%3A%20y"#
            )
        }
    }

    @Test(arguments: Driver.allCases) func redirects(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            harness.service.change { $0.artifact = .redirect("https://store/x?sig=1") }
            let response = try await harness.send(.get, "/v1/artifacts/\(Self.digest)")
            #expect(response.status == .found && response.headers[.location] == "https://store/x?sig=1")
        }
    }

    @Test(arguments: ["ABAB", "..", String(repeating: "A", count: 64), String(repeating: "a", count: 63)])
    func refusesOtherNames(_ name: String) async throws {
        try await Harness.run(.router) { harness in
            let response = try await harness.send(.get, "/v1/artifacts/\(name)")
            #expect(response.status == .notFound)
            #expect(try response.errorCode() == "artifact_not_found")
        }
    }
}
