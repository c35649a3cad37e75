// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import SpawnerProtocol
import Supervisor
import Synchronization
import Testing

@Suite struct ReadyPoolTests {
    private static let image = "python-minimal"

    /// A daemon that keeps `ready` sessions, once it does.
    private func withPool(
        _ ready: Int, zygote: Bool = false, change: (inout SupervisorSettings) -> Void = { _ in },
        _ body: (Daemon) async throws -> Void
    ) async throws {
        let keep = { (settings: inout SupervisorSettings) in
            settings.pool = PoolPlan(images: [Self.image])
            (settings.pool.ready, settings.pool.zygote, settings.pool.holders) = (ready, zygote, 2)
            change(&settings)
        }
        try await withDaemon(change: keep) { daemon in
            if !zygote { await full(daemon, ready) }
            try await body(daemon)
        }
    }

    private func pool(_ daemon: Daemon) async throws -> ImagePool {
        try #require(try await daemon.manager.status().pools.first)
    }

    private func full(_ daemon: Daemon, _ count: Int, sourceLocation: SourceLocation = #_sourceLocation) async {
        await eventually(within: 30, "\(count) are ready", sourceLocation: sourceLocation) {
            (try? await pool(daemon).ready) == count
        }
    }

    @Test func serves() async throws {
        try await withPool(3) { daemon in
            #expect(try await daemon.manager.sessions(SessionQuery()).sessions.isEmpty)
            #expect(try await daemon.manager.status().sessions.isEmpty)
            #expect(daemon.host.keys.count == 3)
            #expect(daemon.host.prepared.withLock { $0[Self.image]?.holderTarget } == 2)
            let before = daemon.host.keys
            for key in before { #expect(daemon.host.driver(key)?.warmUps.load(ordering: .relaxed) == 1) }
            let created = try await daemon.manager.createSession(
                CreateSessionRequest(name: "mine", metadata: ["a": "b"]), caller: Daemon.caller)
            let session = created.session
            #expect(created.isNew && session.creation?.path == .ready && session.state == .ready)
            #expect(session.name == "mine" && session.metadata == ["a": "b"] && session.ownerUid == 1_000)
            #expect(session.usage?.memoryBytes == 1 << 20 && session.incarnation == 1)
            #expect(try await daemon.run("value 1", in: session).value == ["text/plain": "1"])
            await full(daemon, 3)
            #expect(Set(before).isSubset(of: daemon.host.keys) && daemon.host.keys.count == 4)
            #expect(try await daemon.session(name: "mine").id == session.id)
            #expect(try await daemon.manager.sessions(SessionQuery()).sessions.map(\.id) == [session.id])
            try await daemon.manager.deleteSession(session.id, caller: Daemon.caller)
            #expect(daemon.host.keys.count == 3)
            #expect(await daemon.manager.metrics().contains(#"cloister_session_creations_total{path="ready"} 1"#))
        }
    }

    @Test func otherSettingsAreMadeAfresh() async throws {
        try await withPool(1) { daemon in
            for request in [
                CreateSessionRequest(limits: RequestedLimits(pids: 32)), CreateSessionRequest(image: "other"),
                CreateSessionRequest(storage: .tmpfs),
            ] {
                let session = try await daemon.manager.createSession(request, caller: Daemon.caller).session
                #expect(session.creation?.path == .exec && session.creation?.holder == .fresh)
            }
            let same = CreateSessionRequest(
                image: Self.image, storage: .pool, limits: RequestedLimits(memoryBytes: 1 << 28, pids: 64))
            let session = try await daemon.manager.createSession(same, caller: Daemon.caller).session
            #expect(session.creation?.path == .ready)
        }
    }

    @Test func aSessionForItsCallerIsNotWarmedUp() async throws {
        try await withPool(0) { daemon in
            let session = try await daemon.session()
            #expect(session.creation?.path == .exec)
            #expect(try daemon.driver().warmUps.load(ordering: .relaxed) == 0)
        }
    }

    @Test func aNameThatIsTakenTakesNothing() async throws {
        try await withPool(2) { daemon in
            async let one = daemon.session(name: "x")
            async let two = daemon.session(name: "x")
            let both = try await [one.id, two.id]
            #expect(both[0] == both[1])
            await full(daemon, 2)
            #expect(daemon.host.keys.count == 3)
            #expect(try await daemon.manager.sessions(SessionQuery()).sessions.count == 1)
        }
    }

    @Test func aDriverThatEndsIsReplaced() async throws {
        try await withPool(2) { daemon in
            let before = Set(daemon.host.keys)
            try daemon.driver().kill()
            await eventually("it is replaced") {
                daemon.host.keys.count == 2 && Set(daemon.host.keys) != before
            }
            await full(daemon, 2)
            #expect(try await pool(daemon).readyFailures == 1)
            let session = try await daemon.session()
            #expect(try await daemon.run("value 1", in: session).verdict?.state == .preserved)
        }
    }

    @Test func aDriverThatEndsAfterTheHandOutIsRestarted() async throws {
        try await withPool(1) { daemon in
            let session = try await daemon.session()
            let crashed = try await daemon.run("exit 3", in: session)
            #expect(crashed.verdict?.state == .lost)
            #expect(try await daemon.run("value 1", in: session).value == ["text/plain": "1"])
            #expect(try await daemon.manager.session(session.id).incarnation == 2)
        }
    }

    @Test func givesWayToSessions() async throws {
        try await withPool(3, change: { $0.maximumSessions = 4 }) { daemon in
            var sessions: [Session] = []
            for pids in [32, 32, 32] {
                let request = CreateSessionRequest(limits: RequestedLimits(pids: pids))
                sessions.append(try await daemon.manager.createSession(request, caller: Daemon.caller).session)
            }
            await full(daemon, 1)
            sessions.append(try await daemon.session())
            #expect(sessions.last?.creation?.path == .ready)
            await eventually("nothing is ready") { daemon.host.keys.count == 4 }
            let refused = await #expect(throws: CloisterError.self) { try await daemon.session() }
            #expect(refused?.code == .tooManySessions)
            for session in sessions { try await daemon.manager.deleteSession(session.id, caller: Daemon.caller) }
            await full(daemon, 3)
        }
    }

    @Test func givesWayWhenTheSpawnerHasNoRoom() async throws {
        try await withPool(3) { daemon in
            daemon.host.ceiling.withLock { $0 = 3 }
            let request = CreateSessionRequest(limits: RequestedLimits(pids: 32))
            let session = try await daemon.manager.createSession(request, caller: Daemon.caller).session
            #expect(session.state == .ready && session.creation?.path == .exec)
            await full(daemon, 2)
            #expect(try await pool(daemon).readyFailures == 0)
        }
    }

    @Test func waitsForTheZygoteAndReplacesWhatItDidNotFork() async throws {
        try await withPool(2, zygote: true) { daemon in
            await full(daemon, 2)
            daemon.host.setZygote(.ready, image: Self.image)
            let before = Set(daemon.host.keys)
            await eventually("all are new") {
                before.isDisjoint(with: daemon.host.keys) && daemon.host.keys.count == 2
            }
            await full(daemon, 2)
            daemon.host.setZygote(.starting, image: Self.image)
            for _ in 1...2 { #expect(try await daemon.session().creation?.path == .ready) }
            // The spawner's word is a quarter of a second old at most.
            try await Task.sleep(for: .milliseconds(300))
            let now = try await pool(daemon).ready
            #expect(try await daemon.session().creation?.path != nil && now <= 2)
            daemon.host.setZygote(.failed, image: Self.image)
            await full(daemon, 2)
        }
    }

    @Test func memoryIsBounded() async throws {
        try await withPool(8, zygote: true, change: { $0.pool.readyBytes = 3 << 20 }) { daemon in
            await full(daemon, 3)
            try await Task.sleep(for: .milliseconds(200))
            let pool = try await pool(daemon)
            #expect(pool.ready <= 3 && pool.readyBytes <= 3 << 20)
        }
    }

    @Test func endsWithTheDaemon() async throws {
        let host = try FakeHost()
        let daemon = try await Daemon(host, try TemporaryDirectory()) {
            $0.pool = PoolPlan(images: [Self.image])
            $0.pool.ready = 2
        }
        await full(daemon, 2)
        let session = try await daemon.session()
        await daemon.stop()
        #expect(host.keys.count == 1)
        #expect(session.creation?.path == .ready)
    }

    @Test func whatAKilledDaemonLeftIsEnded() async throws {
        let (host, directory) = (try FakeHost(), try TemporaryDirectory())
        let left = SessionKey(high: 1, low: 2)
        _ = try host.create(left, image: Self.image)
        let daemon = try await Daemon(host, directory) {
            $0.pool = PoolPlan(images: [Self.image])
            $0.pool.ready = 1
        }
        await full(daemon, 1)
        #expect(!host.keys.contains(left) && host.keys.count == 1)
        await daemon.stop()
    }

    @Test func aNewSpawnerIsGivenANewPool() async throws {
        try await withPool(2) { daemon in
            let before = Set(daemon.host.keys)
            daemon.spawner.continuation.yield(.disconnected)
            daemon.host.forgetEverything()
            daemon.host.prepared.withLock { $0 = [:] }
            daemon.spawner.continuation.yield(.connected)
            await eventually("it is filled again") {
                daemon.host.keys.count == 2 && before.isDisjoint(with: daemon.host.keys)
            }
            await full(daemon, 2)
            #expect(daemon.host.prepared.withLock { $0[Self.image]?.holderTarget } == 2)
            let session = try await daemon.session()
            #expect(session.creation?.path == .ready)
        }
    }
}
