// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import Hummingbird
import NIOCore

struct SystemRoutes {
    let service: any SessionService

    func add(to router: Router<ServerContext>) {
        router.get("/v1/status", use: self.status)
        router.get("/health/live", use: self.live)
        router.get("/health/ready", use: self.ready)
        router.get("/metrics", use: self.metrics)
        router.get("/openapi.json", use: self.document)
    }

    @Sendable private func status(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        return try Answer.json(try await self.service.status()).response
    }

    @Sendable private func live(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        return try Answer.json(Liveness(status: "ok")).response
    }

    @Sendable private func ready(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let readiness = await self.service.readiness()
        let status: HTTPResponse.Status = readiness.status == .ready ? .ok : .serviceUnavailable
        return try Answer.json(readiness, status: status).response
    }

    @Sendable private func metrics(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        return Answer(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ByteBuffer(string: await self.service.metrics())
        ).response
    }

    @Sendable private func document(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        return Answer(
            status: .ok, headers: [.contentType: "application/json"], body: ByteBuffer(string: OpenAPIDocument.json)
        ).response
    }
}
