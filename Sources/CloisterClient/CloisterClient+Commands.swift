// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import AsyncHTTPClient
package import CloisterAPI
import NIOHTTP1

extension CloisterClient {
    /// Starts a command; returns once its program runs, or never will.
    package func start(_ request: CommandRequest, in session: SessionID) async throws -> Command {
        var request = request
        request.wait = false
        return try await Self.decode(await self.sendJSON(.POST, Self.commands(session), request))
    }

    package func command(_ id: CommandID, in session: SessionID) async throws -> Command {
        try await self.get(Target("v1", "sessions", session.description, "commands", id.description))
    }

    package func events(
        ofCommand id: CommandID, in session: SessionID, after: Int64
    ) async throws -> Events<CommandEvent> {
        let target = Target(
            "v1", "sessions", session.description, "commands", id.description, "events",
            query: [("after", String(after))]
        )
        return Events(try await self.send(.GET, target).body)
    }

    package func signal(_ signal: CommandSignalName, to id: CommandID, in session: SessionID) async throws {
        let target = Target("v1", "sessions", session.description, "commands", id.description, "signal")
        _ = try await self.sendJSON(.POST, target, CommandSignalRequest(signal))
    }

    /// Returns when the command has room for more.
    package func write(_ input: CommandInput, to id: CommandID, in session: SessionID) async throws {
        let target = Target("v1", "sessions", session.description, "commands", id.description, "stdin")
        _ = try await self.sendJSON(.POST, target, input)
    }

    private static func commands(_ session: SessionID) -> Target {
        Target("v1", "sessions", session.description, "commands")
    }
}
