// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Server

/// How a request reaches the routes: every endpoint is tested both ways.
enum Driver: CaseIterable {
    case router
    case live
}

/// Sends requests to the API over a fake service.
struct Harness: Sendable {
    let service: FakeService
    let client: any TestClientProtocol

    static func run(_ driver: Driver, _ test: @Sendable (Harness) async throws -> Void) async throws {
        let service = FakeService()
        let application = Application(responder: APIRouter(service: service).buildResponder())
        try await application.test(driver == .live ? .live : .router) { client in
            try await test(Harness(service: service, client: client))
        }
    }

    private init(service: FakeService, client: any TestClientProtocol) {
        self.service = service
        self.client = client
    }

    func send(
        _ method: HTTPRequest.Method,
        _ uri: String,
        _ body: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        var headers = headers
        if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await self.client.executeRequest(
            uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }
        )
    }

    /// A session to work with.
    func makeSession(name: String? = nil) async throws -> String {
        let body = name.map { #"{"name":"\#($0)"}"# } ?? "{}"
        return try await self.send(.post, "/v1/sessions", body).decode(Session.self).id.description
    }
}

extension TestResponse {
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(self.body.readableBytesView))
    }

    var text: String {
        String(buffer: self.body)
    }

    /// The error's code, after a check that the whole answer has the one shape.
    func errorCode() throws -> String {
        let error = try self.decode(ErrorBody.self).error
        guard self.headers[.contentType] == "application/json", !error.message.isEmpty, !error.remedy.isEmpty,
            self.headers[.init("X-Request-Id") ?? .date] == error.requestID, error.requestID.utf8.count == 16
        else { return "not in shape: \(self.text)" }
        return error.code
    }
}
