// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import Hummingbird
import NIOCore

struct ArtifactRoutes {
    let service: any SessionService

    func add(to router: Router<ServerContext>) {
        router.get("/v1/sessions/{id}/artifacts", use: self.list)
        router.get("/v1/artifacts/{sha256}", use: self.get)
    }

    @Sendable private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let page = try QueryParameters(request, allowed: ["cursor", "limit"]).page()
        return try Answer.json(try await self.service.artifacts(of: context.sessionID(), page: page)).response
    }

    @Sendable private func get(_ request: Request, _ context: ServerContext) async throws -> Response {
        _ = try QueryParameters(request)
        let sha256 = try self.digest(context)
        switch try await self.service.openArtifact(sha256) {
        case .redirect(let url):
            return Response(status: .found, headers: [.location: url, .cacheControl: "no-store"])
        case .bytes(let content):
            var response = try ContentResponse.response(content, to: request)
            // The name is the hash of the bytes: they never change.
            response.headers[.eTag] = "\"\(sha256)\""
            response.headers[.cacheControl] = "private, max-age=31536000, immutable"
            return response
        }
    }

    private func digest(_ context: ServerContext) throws -> String {
        let text = String(context.parameters["sha256"] ?? "")
        let isDigest =
            text.utf8.count == 64
            && text.utf8.allSatisfy { (48...57).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
        guard isDigest else {
            throw CloisterError(
                .artifactNotFound, "\(text.prefix(64)) is not the SHA-256 of an artifact.",
                remedy: "Artifacts are named by 64 lower-case hexadecimal digits."
            )
        }
        return text
    }
}
