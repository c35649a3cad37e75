// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import Hummingbird
import NIOCore

struct ExecutionRoutes {
    let service: any SessionService
    let idempotency: Idempotency
    let defaultTimeoutSeconds: Double

    func add(to router: Router<ServerContext>) {
        let all: RouterPath = "/v1/sessions/{id}/executions"
        let one: RouterPath = "/v1/sessions/{id}/executions/{eid}"
        router.post(all, use: self.execute)
        router.get(all, use: self.list)
        router.get(one, use: self.get)
        router.get(one.appendingPath("events"), use: self.events)
        router.post(one.appendingPath("interrupt"), use: self.interrupt)
        router.get(one.appendingPath("output/{stream}"), use: self.output)
        router.get(one.appendingPath("artifacts"), use: self.artifacts)
    }

    @Sendable private func execute(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let session = try context.sessionID()
        let body = try await JSONBody.read(request)
        let code = try self.decode(body)
        let key = try Idempotency.request(request, context, body: body)
        if code.wait, !EventStreamResponse.isAccepted(by: request) {
            let execution = try await context.connection.wait { [service] in
                try await service.run(code, in: session, caller: context.caller, idempotency: key)
            }
            return try Answer.json(execution).response
        }
        let execution = try await self.service.start(code, in: session, caller: context.caller, idempotency: key)
        guard code.wait else { return try Answer.json(execution, status: .accepted).response }
        let events = try await self.service.events(of: execution.id, in: session, after: 0)
        return EventStreamResponse.response(events, context)
    }

    private func decode(_ body: ByteBuffer) throws -> ExecuteRequest {
        var request = try JSONBody.decode(ExecuteRequest.self, from: body)
        request.useDefaultTimeout(self.defaultTimeoutSeconds)
        return request
    }

    @Sendable private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let page = try QueryParameters(request, allowed: ["cursor", "limit"]).page()
        return try Answer.json(try await self.service.executions(of: context.sessionID(), page: page)).response
    }

    @Sendable private func get(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let execution = try await self.service.execution(context.executionID(), in: context.sessionID())
        return try Answer.json(execution).response
    }

    @Sendable private func events(_ request: Request, _ context: ServerContext) async throws -> Response {
        let query = try QueryParameters(request, allowed: ["after"])
        let after = try query.integer("after", in: 0...Int64.max) ?? 0
        let events = try await self.service.events(of: context.executionID(), in: context.sessionID(), after: after)
        return EventStreamResponse.response(events, context)
    }

    @Sendable private func interrupt(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let body = try await JSONBody.readNothing(request)
        return try await self.idempotency.answer(request, context, body: body) {
            let execution = try await self.service.interrupt(
                context.executionID(), in: context.sessionID(), caller: context.caller
            )
            return try .json(execution, status: .accepted)
        }
    }

    @Sendable private func output(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        guard let stream = OutputStream(rawValue: String(context.parameters["stream"] ?? "")) else {
            throw CloisterError(.notFound, "There is no such output stream.", remedy: "Ask for stdout or stderr.")
        }
        let content = try await self.service.output(stream, of: context.executionID(), in: context.sessionID())
        return try ContentResponse.response(content, to: request)
    }

    @Sendable private func artifacts(_ request: Request, _ context: ServerContext) async throws -> Response {
        let page = try QueryParameters(request, allowed: ["cursor", "limit"]).page()
        let artifacts = try await self.service.artifacts(of: context.executionID(), in: context.sessionID(), page: page)
        return try Answer.json(artifacts).response
    }
}
