// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import Hummingbird
import NIOCore

struct FileRoutes {
    let service: any SessionService
    let idempotency: Idempotency

    func add(to router: Router<ServerContext>) {
        router.get("/v1/sessions/{id}/files", use: self.list)
        router.get("/v1/sessions/{id}/files/**", use: self.get)
        router.put("/v1/sessions/{id}/files/**", use: self.put)
        router.delete("/v1/sessions/{id}/files/**", use: self.delete)
    }

    @Sendable private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let query = try QueryParameters(request, allowed: ["cursor", "limit"], binary: ["path"])
        guard let path = WorkspacePath(bytes: query[binary: "path"] ?? []) else { throw WorkspacePath.invalid }
        let page = try await self.service.files(in: context.sessionID(), at: path, page: query.page())
        return try Answer.json(page).response
    }

    @Sendable private func get(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let path = try WorkspacePath.requested(by: request, context)
        var content = try await self.service.readFile(path, in: context.sessionID())
        // What a file of the workspace is called says nothing about what is in it.
        content.mime = nil
        return try ContentResponse.response(content, to: request)
    }

    /// The body is never held: it flows from the socket into the file. For a repeated request its announced length
    /// stands for it.
    @Sendable private func put(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let session = try context.sessionID()
        let path = try WorkspacePath.requested(by: request, context)
        let size = try UploadBody.announcedSize(of: request)
        let length = ByteBuffer(string: size.map { String($0) } ?? "")
        return try await self.idempotency.answer(request, context, body: length) {
            let body = UploadBody(request.body, announcedSize: size)
            let written = try await self.service.writeFile(path, in: session, size: size, body: body)
            return try .json(written.entry, status: written.isNew ? .created : .ok)
        }
    }

    @Sendable private func delete(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let session = try context.sessionID()
        let path = try WorkspacePath.requested(by: request, context)
        let body = try await JSONBody.readNothing(request)
        return try await self.idempotency.answer(request, context, body: body) {
            try await self.service.deleteFile(path, in: session)
            return .noContent
        }
    }
}
