// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import ServiceLifecycle
import Supervisor

/// Uploads what waits for the object store.
struct UploadService: Service {
    let artifacts: ArtifactPipeline

    func run() async throws {
        await cancelWhenGracefulShutdown { [artifacts] in await artifacts.run() }
    }
}

/// Follows the spawner, and lets go of the sessions at the end.
struct SessionsService: Service {
    let sessions: SessionManager
    let spawner: SpawnerClient

    func run() async throws {
        try self.spawner.start()
        await cancelWhenGracefulShutdown { [sessions] in await sessions.run() }
        await self.sessions.stop()
        self.spawner.stop()
    }
}
