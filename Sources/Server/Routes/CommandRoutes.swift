// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import Hummingbird
import NIOCore

struct CommandRoutes {
    let service: any SessionService
    let idempotency: Idempotency
    let defaultTimeoutSeconds: Double

    func add(to router: Router<ServerContext>) {
        let all: RouterPath = "/v1/sessions/{id}/commands"
        let one: RouterPath = "/v1/sessions/{id}/commands/{cid}"
        router.post(all, use: self.start)
        router.get(all, use: self.list)
        router.get(one, use: self.get)
        router.get(one.appendingPath("events"), use: self.events)
        router.post(one.appendingPath("signal"), use: self.signal)
        router.post(one.appendingPath("stdin"), use: self.write)
        router.get(one.appendingPath("output/{stream}"), use: self.output)
    }

    @Sendable private func start(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let session = try context.sessionID()
        let body = try await JSONBody.read(request)
        var wanted = try JSONBody.decode(CommandRequest.self, from: body)
        wanted.useDefaultTimeout(self.defaultTimeoutSeconds)
        guard wanted.wait, EventStreamResponse.isAccepted(by: request) else {
            return try await self.idempotency.answer(request, context, body: body) { [wanted] in
                try await self.answer(wanted, session, context)
            }
        }
        guard try Idempotency.request(request, context, body: body) == nil else {
            throw CloisterError.invalid(
                "A stream of events cannot be repeated by an Idempotency-Key.",
                remedy: "Send \"wait\": false with the key, then read GET /v1/sessions/{id}/commands/{cid}/events."
            )
        }
        let command = try await self.service.startCommand(wanted, in: session, caller: context.caller)
        let events = try await self.service.events(ofCommand: command.id, in: session, after: 0)
        return EventStreamResponse.response(events, context)
    }

    private func answer(
        _ wanted: CommandRequest, _ session: SessionID, _ context: ServerContext
    ) async throws -> Answer {
        let command = try await self.service.startCommand(wanted, in: session, caller: context.caller)
        guard wanted.wait else { return try .json(command, status: .accepted) }
        return try .json(
            try await context.connection.wait { [service] in
                try await service.finishedCommand(command.id, in: session)
            })
    }

    @Sendable private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let page = try QueryParameters(request, allowed: ["cursor", "limit"]).page()
        return try Answer.json(try await self.service.commands(of: context.sessionID(), page: page)).response
    }

    @Sendable private func get(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        return try Answer.json(
            try await self.service.command(context.commandID(), in: context.sessionID())
        ).response
    }

    @Sendable private func events(_ request: Request, _ context: ServerContext) async throws -> Response {
        let query = try QueryParameters(request, allowed: ["after"])
        let after = try query.integer("after", in: 0...Int64.max) ?? 0
        let events = try await self.service.events(
            ofCommand: context.commandID(), in: context.sessionID(), after: after)
        return EventStreamResponse.response(events, context)
    }

    @Sendable private func signal(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let body = try await JSONBody.read(request)
        let signal = try JSONBody.decode(CommandSignalRequest.self, from: body)
        return try await self.idempotency.answer(request, context, body: body) {
            let command = try await self.service.signal(
                context.commandID(), in: context.sessionID(), signal, caller: context.caller
            )
            return try .json(command, status: .accepted)
        }
    }

    @Sendable private func write(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let body = try await JSONBody.read(request)
        let input = try JSONBody.decode(CommandInput.self, from: body)
        return try await self.idempotency.answer(request, context, body: body) {
            let command = try await self.service.write(
                input, to: context.commandID(), in: context.sessionID(), caller: context.caller
            )
            return try .json(command, status: .accepted)
        }
    }

    @Sendable private func output(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        guard let stream = OutputStream(rawValue: String(context.parameters["stream"] ?? "")) else {
            throw CloisterError(.notFound, "There is no such output stream.", remedy: "Ask for stdout or stderr.")
        }
        let content = try await self.service.output(
            stream, ofCommand: context.commandID(), in: context.sessionID())
        return try ContentResponse.response(content, to: request)
    }
}
