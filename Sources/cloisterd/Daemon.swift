// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Blocking
import CloisterConfiguration
import Glibc
import Logging
import NIOCore
import NIOPosix
import ObjectStore
import Platform
import Server
import ServiceLifecycle
import StateStore
import Supervisor
import UnixSignals

/// The daemon's parts, put together in the order in which they depend on each other.
struct Daemon {
    private let settings: Configuration
    private let logger: Logger
    /// What is running when a stop is asked for has this long; the HTTP server itself gives up waiting sooner.
    private static let patience: Duration = .seconds(10)
    private static let blockingThreads = 8
    /// Requests are answered on their threads; two, so that one large request does not hold up all others.
    private static let eventLoops = 2

    init(_ settings: Configuration, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// Until SIGTERM or SIGINT. Sessions live on with the spawner.
    func run() async throws {
        // Before there are other threads, as it sets the umask; and the lock guards everything after it.
        let socket = try ListeningSocket(path: self.settings.daemon.socket, group: self.settings.daemon.group)
        let pool = try BlockingPool(name: "blocking", threads: Self.blockingThreads)
        let state = try await pool.run { [settings] in
            try StateStore(path: "\(settings.daemon.stateDirectory)/cloister.db")
        }
        let objects = try self.objectStore(pool)
        let artifacts = try await self.pipeline(objects, state, pool)
        let spawner = SpawnerClient(socket: self.settings.daemon.spawnerSocket)
        let sessions = try self.sessions(state, pool, spawner, artifacts)
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: Self.eventLoops)
        try await self.serve([
            StartCodeService(), UploadService(artifacts: artifacts),
            SessionsService(sessions: sessions, spawner: spawner),
            HTTPServer(socket: socket, router: self.router(sessions), group: loops, logger: self.logger),
        ])
        try await loops.shutdownGracefully()
        await objects.shutdown()
        try await pool.run { try state.close() }
    }

    /// The services start in this order and stop in the opposite one.
    private func serve(_ services: [any Service]) async throws {
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: self.logger
        )
        configuration.maximumGracefulShutdownDuration = Self.patience
        try await ServiceGroup(configuration: configuration).run()
        self.logger.info("stopped")
    }

    private func pipeline(
        _ objects: any ObjectStore,
        _ state: StateStore,
        _ pool: BlockingPool
    ) async throws -> ArtifactPipeline {
        let spool = try Spool(
            path: self.settings.daemon.spoolDirectory, limit: self.settings.artifacts.spoolBytes
        )
        let artifacts = ArtifactPipeline(
            store: objects, state: state, spool: spool, pool: pool, limits: ArtifactLimits(self.settings.artifacts),
            logger: self.logger
        )
        let report = try await artifacts.prepare()
        self.logger.info(
            "spool is in order",
            metadata: [
                "pending": "\(report.pending)", "leftovers": "\(report.leftovers)", "lost": "\(report.lost.count)",
            ]
        )
        return artifacts
    }

    private func sessions(
        _ state: StateStore,
        _ pool: BlockingPool,
        _ spawner: SpawnerClient,
        _ artifacts: ArtifactPipeline
    ) throws -> SessionManager {
        let flags = O_DIRECTORY | O_RDONLY | O_NOFOLLOW
        return try SessionManager(
            settings: SupervisorSettings(self.settings), store: state, blocking: pool, spawner: spawner,
            artifacts: artifacts, outputs: try Descriptor.open(self.settings.daemon.outputDirectory, flags),
            pool: try Descriptor.open(self.settings.daemon.spoolDirectory, flags), logger: self.logger
        )
    }

    private func router(_ sessions: SessionManager) -> APIRouter {
        APIRouter(
            service: sessions, defaultTimeoutSeconds: Double(self.settings.sessions.defaultTimeoutSeconds)
        )
    }

    private func objectStore(_ pool: BlockingPool) throws -> any ObjectStore {
        switch self.settings.objectStore.kind {
        case .directory: try DirectoryStore(path: self.settings.objectStore.directory, pool: pool)
        case .s3: try S3Store(try S3Configuration(self.settings.objectStore.s3), pool: pool)
        }
    }
}
