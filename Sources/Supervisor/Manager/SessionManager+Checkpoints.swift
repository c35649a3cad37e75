// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI

extension SessionManager {
    package func checkpoint(_ request: CheckpointRequest, in session: SessionID) async throws -> NamedCheckpoint {
        try await find(session).checkpoint(named: request.name)
    }

    package func checkpoints(of session: SessionID) async throws -> CheckpointList {
        CheckpointList(checkpoints: await (try find(session)).namedCheckpoints)
    }

    package func deleteCheckpoint(_ name: String, in session: SessionID) async throws {
        try await find(session).deleteCheckpoint(named: name)
    }

    package func rollBack(to request: CheckpointRequest, in session: SessionID) async throws -> Session {
        let live = try find(session)
        try await live.rollBack(toCheckpointNamed: request.name)
        return try await describe(live)
    }
}
