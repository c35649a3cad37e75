// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import AsyncHTTPClient
package import CloisterAPI
import NIOHTTP1

extension CloisterClient {
    package func createSession(_ request: CreateSessionRequest) async throws -> Session {
        try await Self.decode(await self.sendJSON(.POST, Target("v1", "sessions"), request))
    }

    package func session(_ id: SessionID) async throws -> Session {
        try await self.get(Target("v1", "sessions", id.description))
    }

    /// The live session of this name.
    package func session(named name: String) async throws -> Session? {
        let page: SessionPage = try await self.get(Target("v1", "sessions", query: [("name", name)]))
        return page.sessions.first
    }

    /// All of them, page after page.
    package func sessions() async throws -> [Session] {
        var sessions: [Session] = []
        var cursor: String?
        repeat {
            let page: SessionPage = try await self.get(Target("v1", "sessions", query: [("cursor", cursor)]))
            sessions += page.sessions
            cursor = page.nextCursor
        } while cursor != nil
        return sessions
    }

    /// The session's journal as a Jupyter notebook.
    package func notebook(of id: SessionID) async throws -> Download {
        Download(try await self.send(.GET, Target("v1", "sessions", id.description, "notebook")).body)
    }

    package func deleteSession(_ id: SessionID) async throws {
        _ = try await self.send(.DELETE, Target("v1", "sessions", id.description))
    }
}
