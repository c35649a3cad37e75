// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Hummingbird
import NIOCore

struct CheckpointRoutes {
    let service: any SessionService
    let idempotency: Idempotency

    func add(to router: Router<ServerContext>) {
        let all: RouterPath = "/v1/sessions/{id}/checkpoints"
        router.post(all, use: self.create)
        router.get(all, use: self.list)
        router.delete(all.appendingPath("{name}"), use: self.delete)
        router.post("/v1/sessions/{id}/rollback", use: self.rollBack)
    }

    @Sendable private func create(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let body = try await JSONBody.read(request)
        return try await self.idempotency.answer(request, context, body: body) {
            let wanted = try JSONBody.decode(CheckpointRequest.self, from: body)
            let made = try await self.service.checkpoint(wanted, in: context.sessionID())
            return try .json(made, status: .created)
        }
    }

    @Sendable private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        return try Answer.json(try await self.service.checkpoints(of: context.sessionID())).response
    }

    @Sendable private func delete(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let body = try await JSONBody.readNothing(request)
        return try await self.idempotency.answer(request, context, body: body) {
            let name = String(context.parameters["name"] ?? "")
            try await self.service.deleteCheckpoint(name, in: context.sessionID())
            return .noContent
        }
    }

    @Sendable private func rollBack(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let body = try await JSONBody.read(request)
        return try await self.idempotency.answer(request, context, body: body) {
            let wanted = try JSONBody.decode(CheckpointRequest.self, from: body)
            return try .json(try await self.service.rollBack(to: wanted, in: context.sessionID()))
        }
    }
}
