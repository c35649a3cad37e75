// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import Hummingbird
import NIOCore

/// What a session holds, and what may stand in code: for people and editors.
struct InspectionRoutes {
    private static let longestWait: Int64 = 30
    private static let longestName = 255

    let service: any SessionService

    func add(to router: Router<ServerContext>) {
        router.get("/v1/sessions/{id}/variables", use: self.list)
        router.get("/v1/sessions/{id}/variables/{name}", use: self.get)
        router.post("/v1/sessions/{id}/complete", use: self.complete)
        router.post("/v1/sessions/{id}/inspect", use: self.inspect)
    }

    @Sendable private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let query = try QueryParameters(request, allowed: ["cursor", "limit", "wait_seconds"])
        let (session, page, wait) = (try context.sessionID(), try query.page(), try Self.wait(query))
        let variables = try await context.connection.wait { [service] in
            try await service.variables(of: session, page: page, waitSeconds: wait)
        }
        return try Answer.json(variables).response
    }

    @Sendable private func get(_ request: Request, _ context: ServerContext) async throws -> Response {
        let wait = try Self.wait(try QueryParameters(request, allowed: ["wait_seconds"]))
        let (session, name) = (try context.sessionID(), try Self.name(context))
        let variable = try await context.connection.wait { [service] in
            try await service.variable(name, in: session, waitSeconds: wait)
        }
        return try Answer.json(variable).response
    }

    @Sendable private func complete(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (session, position, wait) = try await Self.position(request, context)
        guard position.detail == nil else { throw CloisterError.field("detail", "is for inspect only") }
        let completions = try await context.connection.wait { [service] in
            try await service.complete(position, in: session, waitSeconds: wait)
        }
        return try Answer.json(completions).response
    }

    @Sendable private func inspect(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (session, position, wait) = try await Self.position(request, context)
        let explanation = try await context.connection.wait { [service] in
            try await service.inspect(position, in: session, waitSeconds: wait)
        }
        return try Answer.json(explanation).response
    }

    private static func position(
        _ request: Request, _ context: ServerContext
    ) async throws -> (SessionID, CodePosition, Int64) {
        let wait = try Self.wait(try QueryParameters(request, allowed: ["wait_seconds"]))
        let session = try context.sessionID()
        let body = try await JSONBody.read(request)
        return (session, try JSONBody.decode(CodePosition.self, from: body), wait)
    }

    private static func wait(_ query: QueryParameters) throws -> Int64 {
        try query.integer("wait_seconds", in: 0...Self.longestWait) ?? 0
    }

    private static func name(_ context: ServerContext) throws -> String {
        let text = context.parameters["name"].map { String($0) } ?? ""
        guard let bytes = PercentEncoding.decode(text), (1...Self.longestName).contains(bytes.count),
            let name = String(validating: bytes, as: UTF8.self)
        else {
            throw CloisterError(
                .variableNotFound, "\(text.prefix(64)) is not the name of a variable.",
                remedy: "Names are percent-encoded UTF-8 of at most 255 bytes.")
        }
        return name
    }
}
