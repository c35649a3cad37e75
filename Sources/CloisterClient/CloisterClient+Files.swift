// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import AsyncHTTPClient
package import CloisterAPI
package import NIOCore
import NIOHTTP1

/// `path` is the raw bytes of a path relative to `/workspace`.
extension CloisterClient {
    package func files(in session: SessionID, at path: String) async throws -> [FileEntry] {
        var entries: [FileEntry] = []
        var cursor: String?
        repeat {
            let query = [("path", path.isEmpty ? nil : path), ("cursor", cursor)]
            let page: FilePage = try await self.get(
                Target("v1", "sessions", session.description, "files", query: query)
            )
            entries += page.entries
            cursor = page.nextCursor
        } while cursor != nil
        return entries
    }

    /// `size` when it is known: the daemon then notices an upload that was cut off.
    package func upload<Body: AsyncSequence & Sendable>(
        _ body: Body,
        size: Int64?,
        to path: [UInt8],
        in session: SessionID
    ) async throws -> FileEntry where Body.Element == ByteBuffer {
        let length: HTTPClientRequest.Body.Length = size.map { .known($0) } ?? .unknown
        let headers: HTTPHeaders = ["content-type": "application/octet-stream"]
        let body = HTTPClientRequest.Body.stream(body, length: length)
        return try await Self.decode(
            await self.send(.PUT, Self.file(path, in: session), headers: headers, body: body)
        )
    }

    package func download(_ path: [UInt8], in session: SessionID) async throws -> Download {
        Download(try await self.send(.GET, Self.file(path, in: session)).body)
    }

    package func deleteFile(_ path: [UInt8], in session: SessionID) async throws {
        _ = try await self.send(.DELETE, Self.file(path, in: session))
    }

    private static func file(_ path: [UInt8], in session: SessionID) -> Target {
        var target = Target("v1", "sessions", session.description, "files")
        target.path += "/" + PercentEncoding.encode(path)
        return target
    }
}
