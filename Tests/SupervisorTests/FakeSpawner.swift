// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CPlatform
import Glibc
import Platform
import SpawnerProtocol
import Supervisor
import Synchronization

/// What a spawner keeps: sessions that outlive the daemons that use them.
final class FakeHost: Sendable {
    struct Held {
        var incarnation: UInt32
        var image: String
        let directory: String
        var sockets: [Descriptor]
        var driver: FakeDriver
        var ended: ProcessStatus?
    }

    let directory: TemporaryDirectory
    private let sessions = Mutex<[SessionKey: Held]>([:])
    /// What the spawner was told to keep, and how its zygotes are said to be.
    let prepared = Mutex<[String: PoolListing]>([:])
    /// Sessions beyond so many are refused.
    let ceiling = Mutex<Int>(.max)
    private let creating = Mutex(0)
    private let listeners = Mutex<[FakeSpawner]>([])

    init() throws { directory = try TemporaryDirectory() }

    deinit { for held in sessions.withLock({ $0.values.map(\.driver) }) { held.kill() } }

    func connect() -> FakeSpawner {
        let spawner = FakeSpawner(self)
        listeners.withLock { $0.append(spawner) }
        return spawner
    }

    var keys: [SessionKey] { sessions.withLock { Array($0.keys) } }
    func held(_ key: SessionKey) -> Held? { sessions.withLock { $0[key] } }
    func driver(_ key: SessionKey) -> FakeDriver? { held(key)?.driver }

    /// What a restart of the spawner leaves: nothing.
    func forgetEverything() {
        for held in sessions.withLock({ sessions in
            defer { sessions = [:] }
            return Array(sessions.values)
        }) { held.driver.kill() }
    }

    func create(_ key: SessionKey, image: String) throws -> Incarnation {
        guard image != "missing" else { throw SpawnerClientError.failure(SpawnerFailure(.noSuchImage)) }
        guard admit() else { throw SpawnerClientError.failure(SpawnerFailure(.tooManySessions)) }
        defer { creating.withLock { $0 -= 1 } }
        let path = "\(directory.path)/\(key.high)"
        mkdir(path, 0o755)
        for name in ["workspace", "workspace/artifacts", "proc"] { mkdir("\(path)/\(name)", 0o755) }
        return try begin(key, image: image, path, number: 1)
    }

    /// Two at once do not both get the last place.
    private func admit() -> Bool {
        creating.withLock { creating in
            guard keys.count + creating < ceiling.withLock({ $0 }) else { return false }
            creating += 1
            return true
        }
    }

    func renew(_ key: SessionKey) throws -> Incarnation {
        guard let held = held(key) else { throw SpawnerClientError.failure(SpawnerFailure(.noSuchSession)) }
        held.driver.kill()
        return try begin(key, image: held.image, held.directory, number: held.incarnation + 1)
    }

    func adopt(_ key: SessionKey) throws -> Incarnation {
        guard let held = held(key) else { throw SpawnerClientError.failure(SpawnerFailure(.noSuchSession)) }
        return try incarnation(held)
    }

    func destroy(_ key: SessionKey) throws {
        guard let held = sessions.withLock({ $0.removeValue(forKey: key) }) else {
            throw SpawnerClientError.failure(SpawnerFailure(.noSuchSession))
        }
        held.driver.kill()
    }

    private func begin(_ key: SessionKey, image: String, _ path: String, number: UInt32) throws -> Incarnation {
        let pairs = [try SocketPair(CInt(SOCK_SEQPACKET.rawValue))] + (try (0..<3).map { _ in try SocketPair() })
        try writeCounters(path)
        let driver = try FakeDriver(
            control: pairs[0].session, stdout: pairs[1].session, stderr: pairs[2].session,
            workspace: "\(path)/workspace"
        ) { [weak self] status in self?.ended(key, number, status) }
        let held = Held(
            incarnation: number, image: image, directory: path, sockets: pairs.map(\.daemon), driver: driver)
        sessions.withLock { $0[key] = held }
        return try incarnation(held)
    }

    private func ended(_ key: SessionKey, _ number: UInt32, _ status: ProcessStatus) {
        sessions.withLock { if $0[key]?.incarnation == number { $0[key]?.ended = status } }
        for listener in listeners.withLock({ $0 }) {
            listener.continuation.yield(.driverEnded(key, incarnation: number, status))
        }
    }

    private static let counters = [
        ("freeze", ""), ("kill", ""), ("events", "populated 0\nfrozen 1\n"), ("memory.current", "1048576\n"),
        ("memory.peak", "2097152\n"), ("memory.events", "oom 0\noom_kill 0\n"), ("memory.max", "max\n"),
        ("pids.current", "3\n"), ("pids.events", "max 0\n"), ("cpu.stat", "usage_usec 1000\n"),
    ]

    private func writeCounters(_ path: String) throws {
        for (name, text) in Self.counters {
            let file = try Descriptor.open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
            if !text.isEmpty { try file.write(text) }
        }
    }

    /// Fresh duplicates of everything, as the spawner gives them.
    private func incarnation(_ held: Held) throws -> Incarnation {
        let file = { (name: String) in try Descriptor.open("\(held.directory)/\(name)", O_RDWR) }
        let folder = { (name: String) in try Descriptor.open("\(held.directory)/\(name)", O_RDONLY | O_DIRECTORY) }
        let cgroup = SessionCgroup(
            layout: .v2, freeze: try file("freeze"), kill: try file("kill"), events: try file("events"),
            memoryCurrent: try file("memory.current"), memoryPeak: nil, memoryEvents: try file("memory.events"),
            memoryMax: try file("memory.max"), pidsCurrent: try file("pids.current"),
            pidsEvents: try file("pids.events"), cpuUsage: try file("cpu.stat"),
            killRunning: try file("kill"))
        return Incarnation(
            number: held.incarnation, control: try held.sockets[0].duplicate(), stdout: try held.sockets[1].duplicate(),
            stderr: try held.sockets[2].duplicate(), display: try held.sockets[3].duplicate(), cgroup: cgroup,
            initProcess: try file("freeze"),
            workspace: try folder("workspace"), workspaceWritable: try folder("workspace"),
            procView: try folder("proc"), ended: held.ended, phases: [("holder", 1_000_000)],
            path: prepared.withLock { $0[held.image]?.zygote == .ready } ? .zygote : .exec)
    }

    func setZygote(_ state: PoolListing.ZygoteState, image: String) {
        prepared.withLock { $0[image, default: PoolListing(image: image)].zygote = state }
    }
}

/// One daemon's connection to the fake host.
final class FakeSpawner: Spawning {
    private let host: FakeHost
    let events: AsyncStream<SpawnerEvent>
    let continuation: AsyncStream<SpawnerEvent>.Continuation
    let isConnected = true

    init(_ host: FakeHost) {
        self.host = host
        (events, continuation) = AsyncStream.makeStream(of: SpawnerEvent.self)
        continuation.yield(.connected)
    }

    func create(
        _ key: SessionKey, image: String, storage: WorkspaceStorage, limits: SessionLimits
    ) async throws -> Incarnation { try host.create(key, image: image) }

    func renew(_ key: SessionKey) async throws -> Incarnation { try host.renew(key) }
    func adopt(_ key: SessionKey) async throws -> Incarnation { try host.adopt(key) }
    func destroy(_ key: SessionKey) async throws { try host.destroy(key) }
    func interrupt(_ key: SessionKey, incarnation: UInt32, rung: InterruptRung) async throws {
        if rung != .dump { host.driver(key)?.interrupt() }
    }

    func keep(_ key: SessionKey, incarnation: UInt32, _ checkpoint: CheckpointListing) async throws {
        throw SpawnerClientError.failure(SpawnerFailure(.noDriver))
    }

    func rollback(_ key: SessionKey, checkpoint: UInt32) async throws -> Incarnation {
        throw SpawnerClientError.failure(SpawnerFailure(.noSuchCheckpoint))
    }

    func drop(_ key: SessionKey, checkpoint: UInt32) async throws {}

    func startCommand(_ key: SessionKey, incarnation: UInt32, command: UInt32) async throws -> CommandLink {
        throw SpawnerClientError.failure(SpawnerFailure(.noDriver))
    }

    func adoptCommand(_ key: SessionKey, command: UInt32) async throws -> CommandLink {
        throw SpawnerClientError.failure(SpawnerFailure(.noSuchCommand))
    }

    func signalCommand(_ key: SessionKey, command: UInt32, signal: CommandSignal, toGroup: Bool) async throws {}
    func forgetCommand(_ key: SessionKey, command: UInt32) async throws {}
    func statistics() async throws -> SpawnerStatistics { SpawnerStatistics() }
    func pools() async throws -> [PoolListing] { host.prepared.withLock { Array($0.values) } }

    func prepare(image: String, limits: SessionLimits, holders: UInt32, zygote: Bool) async throws {
        host.prepared.withLock { $0[image, default: PoolListing(image: image)].holderTarget = holders }
    }

    func list() async throws -> [SessionListing] {
        host.keys.map { SessionListing(key: $0, incarnation: 1, state: .live, image: "image", created: 0) }
    }
}
