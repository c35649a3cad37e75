// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import AsyncHTTPClient
package import CloisterAPI
import NIOHTTP1

extension CloisterClient {
    /// Runs code and waits for its end.
    package func run(_ request: ExecuteRequest, in session: SessionID) async throws -> Execution {
        try await Self.decode(await self.sendJSON(.POST, Self.executions(session), request))
    }

    /// Runs code; the events come as they happen.
    package func stream(_ request: ExecuteRequest, in session: SessionID) async throws -> EventSequence {
        let headers: HTTPHeaders = ["accept": "application/x-ndjson"]
        return EventSequence(try await self.sendJSON(.POST, Self.executions(session), request, headers: headers).body)
    }

    package func execution(_ id: ExecutionID, in session: SessionID) async throws -> Execution {
        try await self.get(Target("v1", "sessions", session.description, "executions", id.description))
    }

    package func events(of id: ExecutionID, in session: SessionID, after: Int64) async throws -> EventSequence {
        let target = Target(
            "v1", "sessions", session.description, "executions", id.description, "events",
            query: [("after", String(after))]
        )
        return EventSequence(try await self.send(.GET, target).body)
    }

    package func interrupt(_ id: ExecutionID, in session: SessionID) async throws {
        let target = Target("v1", "sessions", session.description, "executions", id.description, "interrupt")
        _ = try await self.send(.POST, target)
    }

    private static func executions(_ session: SessionID) -> Target {
        Target("v1", "sessions", session.description, "executions")
    }
}
