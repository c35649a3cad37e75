// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Blocking
import CloisterAPI
import Glibc
import Logging
import ObjectStore
import Platform
import StateStore
import Supervisor
import Testing

/// A daemon without a server: the manager over a real state store, a real artifact pipeline and a fake spawner.
final class Daemon: Sendable {
    let manager: SessionManager
    let host: FakeHost
    let spawner: FakeSpawner
    private let blocking: BlockingPool
    let store: StateStore
    private let following: Task<Void, Never>

    static let caller = Caller(pid: 1, uid: 1_000, gid: 1_000)

    /// Everything that outlives the daemon lies below `directory` and in `host`.
    init(
        _ host: FakeHost, _ directory: TemporaryDirectory, change: (inout SupervisorSettings) -> Void = { _ in }
    ) async throws {
        self.host = host
        for name in ["output", "spool", "objects"] { mkdir("\(directory.path)/\(name)", 0o700) }
        blocking = try BlockingPool(name: "blocking", threads: 3)
        store = try StateStore(path: "\(directory.path)/state.db")
        let artifacts = ArtifactPipeline(
            store: try DirectoryStore(path: "\(directory.path)/objects", pool: blocking), state: store,
            spool: try Spool(path: "\(directory.path)/spool", limit: 1 << 30), pool: blocking,
            logger: Self.logger)
        _ = try await artifacts.prepare()
        let limits = CloisterAPI.SessionLimits(
            memoryBytes: 1 << 28, cpus: 1, pids: 64, workspaceBytes: 1 << 20, tmpBytes: 1 << 20)
        var settings = SupervisorSettings(node: "test", sessionDefault: limits, sessionMaximum: limits)
        settings.graceSeconds = 5
        settings.startSeconds = 10
        change(&settings)
        spawner = host.connect()
        manager = try SessionManager(
            settings: settings, store: store, blocking: blocking, spawner: spawner, artifacts: artifacts,
            outputs: try Descriptor.open("\(directory.path)/output", O_RDONLY | O_DIRECTORY), pool: nil,
            logger: Self.logger)
        following = Task { [manager] in await manager.run() }
        await eventually("the daemon has recovered") { await manager.readiness().status == .ready }
    }

    private static var logger: Logger {
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        return logger
    }

    /// Lets go of everything, as a killed daemon does, but closes the database.
    func stop() async {
        following.cancel()
        spawner.continuation.finish()
        await following.value
        await manager.stop()
        try? store.close()
        blocking.shutdown()
    }

    func session(name: String? = nil) async throws -> Session {
        try await manager.createSession(CreateSessionRequest(name: name), caller: Self.caller).session
    }

    func run(
        _ code: String, in session: Session, timeout: Double = 10, queue: QueuePolicy = .wait
    ) async throws -> Execution {
        try await manager.run(
            ExecuteRequest(code: code, timeoutSeconds: timeout, queue: queue), in: session.id, caller: Self.caller,
            idempotency: nil)
    }

    func start(_ code: String, in session: Session, timeout: Double = 10) async throws -> Execution {
        try await manager.start(
            ExecuteRequest(code: code, timeoutSeconds: timeout, wait: false), in: session.id, caller: Self.caller,
            idempotency: nil)
    }

    func driver() throws -> FakeDriver {
        guard let key = host.keys.first, let driver = host.driver(key) else { throw CancellationError() }
        return driver
    }
}

/// Runs `body` with a daemon that is stopped afterwards.
func withDaemon(
    change: (inout SupervisorSettings) -> Void = { _ in }, _ body: (Daemon) async throws -> Void
) async throws {
    let directory = try TemporaryDirectory()
    let daemon = try await Daemon(try FakeHost(), directory, change: change)
    do {
        try await body(daemon)
        await daemon.stop()
    } catch {
        await daemon.stop()
        throw error
    }
}
