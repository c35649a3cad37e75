// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Hummingbird
import NIOCore

struct SessionRoutes {
    let service: any SessionService
    let idempotency: Idempotency

    func add(to router: Router<ServerContext>) {
        router.post("/v1/sessions", use: self.create)
        router.get("/v1/sessions", use: self.list)
        router.get("/v1/sessions/{id}", use: self.get)
        router.delete("/v1/sessions/{id}", use: self.delete)
        router.get("/v1/sessions/{id}/notebook", use: self.notebook)
    }

    @Sendable private func create(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let body = try await JSONBody.read(request)
        return try await self.idempotency.answer(request, context, body: body) {
            let settings =
                body.readableBytes == 0
                ? CreateSessionRequest() : try JSONBody.decode(CreateSessionRequest.self, from: body)
            let created = try await self.service.createSession(settings, caller: context.caller)
            return try .json(created.session, status: created.isNew ? .created : .ok)
        }
    }

    @Sendable private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let query = try QueryParameters(request, allowed: ["cursor", "limit", "name"])
        let page = try await self.service.sessions(SessionQuery(page: query.page(), name: query["name"]))
        return try Answer.json(page).response
    }

    @Sendable private func get(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        return try Answer.json(try await self.service.session(context.sessionID())).response
    }

    @Sendable private func notebook(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        return NotebookResponse.response(try await self.service.notebook(of: context.sessionID()), context)
    }

    @Sendable private func delete(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let body = try await JSONBody.readNothing(request)
        return try await self.idempotency.answer(request, context, body: body) {
            try await self.service.deleteSession(context.sessionID(), caller: context.caller)
            return .noContent
        }
    }
}
