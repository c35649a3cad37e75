// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import Artifacts
package import Blocking
import CloisterAPI
package import Logging
import ObjectStore
package import Platform
import SpawnerProtocol
package import StateStore
import Synchronization

/// All sessions of this daemon: what the server calls, and what brings sessions back after a restart.
package final class SessionManager: Sendable {
    struct Registry {
        var byID: [SessionID: LiveSession] = [:]
        /// Those that wait in the pool as well.
        var byKey: [SessionKey: LiveSession] = [:]
        /// Set once the spawner's sessions have been matched with the journal's.
        var isRecovered = false

        mutating func insert(_ session: LiveSession) {
            byID[session.id] = session
            byKey[session.key] = session
        }

        mutating func remove(_ session: LiveSession) {
            byID[session.id] = nil
            byKey[session.key] = nil
        }
    }

    let core: SupervisorCore
    let registry = Mutex(Registry())
    let startedAt = WallClock.now()
    private let poolDirectory: Descriptor?

    /// - Parameters:
    ///   - outputs: the directory of output logs, open, for the daemon alone.
    ///   - pool: a directory on the storage pool, to tell its size by.
    package init(
        settings: SupervisorSettings, store: StateStore, blocking: BlockingPool, spawner: any Spawning,
        artifacts: ArtifactPipeline, outputs: Descriptor, pool: Descriptor?, logger: Logger
    ) throws {
        _ = try SessionOutput.silence.get()
        core = SupervisorCore(
            settings: settings,
            journal: Journal(
                store: store, blocking: blocking, writer: try BlockingPool(name: "journal", threads: 1)),
            blocking: blocking,
            spawner: spawner, artifacts: artifacts, outputs: OutputDirectory(root: outputs),
            control: try Reactor(name: "control"), output: try Reactor(name: "output"),
            ready: ReadyPool(settings.pool, workers: Self.refillPauses.count), metrics: CreationMetrics(),
            logger: logger)
        poolDirectory = pool
    }

    /// Follows the spawner until the task is cancelled: its first word brings the sessions back.
    package func run() async {
        await withTaskGroup { group in
            for worker in Self.refillPauses.indices { group.addTask { await self.refill(worker) } }
            await followSpawner()
            group.cancelAll()
        }
    }

    private func followSpawner() async {
        for await event in core.spawner.events {
            switch event {
            case .connected: await connected()
            case .disconnected:
                core.ready.pause()
                core.logger.warning("the spawner is gone; connecting again")
            case .driverEnded(let key, let incarnation, let status):
                let session = registry.withLock { $0.byKey[key] }
                await session?.driverEnded(status, incarnation: incarnation)
            case .checkpointKept(let key, let number):
                await registry.withLock { $0.byKey[key] }?.checkpointKept(number)
            case .checkpointGone(let key, let number):
                await registry.withLock { $0.byKey[key] }?.checkpointGone(number)
            case .commandEnded(let key, let number, let status):
                await registry.withLock { $0.byKey[key] }?.commandEnded(number, status)
            }
        }
    }

    /// Lets go of all sessions, which live on for the next daemon. Those that nobody has are ended.
    package func stop() async {
        await endReady(core.ready.close())
        for session in registry.withLock({ Array($0.byID.values) }) { await session.detach() }
        try? await core.blocking.run { [core] in
            core.journal.writer.shutdown()
            core.control.stop()
            core.output.stop()
        }
    }

    /// A live session. Throws `session_not_found`, or says that the daemon does not know yet.
    func find(_ id: SessionID) throws -> LiveSession {
        let (session, isRecovered) = registry.withLock { ($0.byID[id], $0.isRecovered) }
        if let session { return session }
        throw isRecovered ? CloisterError.sessionNotFound(id) : CloisterError.spawnerUnavailable(cause: nil)
    }

    func poolStatus() -> PoolStatus? {
        poolDirectory.flatMap { PoolStatus($0) }
    }
}

extension CloisterError {
    static func spawnerUnavailable(cause: (any Error)?) -> CloisterError {
        CloisterError(
            .spawnerUnavailable, "The spawner does not answer.",
            remedy: "Try again in a moment; if it stays so, start cloister-spawner and look at its log.", cause: cause)
    }
}
