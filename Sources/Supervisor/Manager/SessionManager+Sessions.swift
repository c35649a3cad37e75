// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Blocking
package import CloisterAPI
import Logging
import SpawnerProtocol
import StateStore
import Synchronization

extension SessionManager {
    package func createSession(_ request: CreateSessionRequest, caller: Caller) async throws -> CreatedSession {
        // A caller that goes away leaves a whole session behind, not half of one.
        try await Task { try await create(request, caller) }.value
    }

    package func session(_ id: SessionID) async throws -> Session {
        try await describe(try find(id))
    }

    package func sessions(_ query: SessionQuery) async throws -> SessionPage {
        if let name = query.name {
            let record = try await core.journal.session(named: name)
            return SessionPage(sessions: try await describe(record.map { [$0] } ?? []))
        }
        let page = try await translatingCursor { try await core.journal.sessions(query.page) }
        return SessionPage(sessions: try await describe(page.elements), nextCursor: page.next?.text)
    }

    package func deleteSession(_ id: SessionID, caller: Caller) async throws {
        let session = try find(id)
        try await Task { try await delete(session) }.value
    }

    // MARK: Creating

    private func create(_ request: CreateSessionRequest, _ caller: Caller) async throws -> CreatedSession {
        guard registry.withLock({ $0.isRecovered }) else { throw CloisterError.spawnerUnavailable(cause: nil) }
        let facts = try facts(request, caller)
        if let name = facts.name, let existing = try await core.journal.session(named: name),
            let found = try await found(existing, request)
        {
            return found
        }
        core.ready.callerBegan()
        defer { core.ready.callerEnded() }
        do {
            if let ready = try await createReady(facts, request) { return ready }
            return try await createNew(facts, request)
        } catch {
            core.metrics.failed()
            if !(error is CloisterError) {
                core.logger.error("cannot create a session", metadata: ["error": "\(error)"])
            }
            throw CloisterError(creating: error, image: facts.image)
        }
    }

    private func createNew(_ facts: SessionFacts, _ request: CreateSessionRequest) async throws -> CreatedSession {
        var facts = facts
        while true {
            do {
                return try await createOnce(facts, request)
            } catch SpawnerClientError.failure(let failure) where failure.isForWantOfRoom {
                guard await giveWay() else { throw SpawnerClientError.failure(failure) }
            }
            // An id that has been in the journal is never used again.
            let policy = facts.checkpoint
            facts = try newFacts(
                name: facts.name, image: facts.image, storage: facts.storage, limits: facts.limits,
                metadata: facts.metadata, owner: facts.ownerUID)
            facts.checkpoint = policy
        }
    }

    private func createOnce(_ facts: SessionFacts, _ request: CreateSessionRequest) async throws -> CreatedSession {
        // Nobody's until its row is there, which is written while the spawner works.
        let session = LiveSession(facts, core: core, isUnowned: true)
        try admit(session)
        // A task of its own: one that is given up must still see to it that the spawner keeps nothing.
        let start = Task { try await session.start() }
        var isRecorded = false
        do {
            if case .existing(let record) = try await core.journal.create(try facts.record()) {
                await endReady([session])
                _ = await start.result
                return try await named(record, request)
            }
            isRecorded = true
            try await start.value
        } catch {
            if isRecorded { try? await delete(session) } else { await endReady([session]) }
            _ = await start.result
            throw error
        }
        core.artifacts.begin(session: session.id.description)
        session.setOwner(facts)
        let description = await session.handOut()
        if let creation = description.creation { core.metrics.created(creation) }
        return CreatedSession(session: description, isNew: true)
    }

    /// Among the sessions, if there is room.
    func admit(_ session: LiveSession) throws {
        let maximum = core.settings.maximumSessions
        let hasRoom = registry.withLock { registry in
            guard registry.byID.count < maximum else { return false }
            registry.insert(session)
            return true
        }
        guard hasRoom else { throw CloisterError.tooManySessions(maximum) }
    }

    /// The session that got the name while this one was being made.
    func named(_ record: SessionRecord, _ request: CreateSessionRequest) async throws -> CreatedSession {
        guard let found = try await found(record, request) else { throw CloisterError.nameIsBusy(record.name) }
        return found
    }

    /// The session that has the name already; nil when it has failed and made room for a new one.
    private func found(_ record: SessionRecord, _ request: CreateSessionRequest) async throws -> CreatedSession? {
        guard let id = SessionID(record.id), let session = registry.withLock({ $0.byID[id] }) else {
            throw CloisterError.nameIsBusy(record.name)
        }
        await session.untilStarted()
        guard await !session.isFailed else {
            try await delete(session)
            return nil
        }
        guard session.facts.fits(request) else { throw CloisterError.otherSettings(record.name) }
        return CreatedSession(session: try await describe(session), isNew: false)
    }

    private func facts(_ request: CreateSessionRequest, _ caller: Caller) throws -> SessionFacts {
        var facts = try newFacts(
            name: request.name, image: request.image ?? core.settings.defaultImage, storage: request.storage ?? .pool,
            limits: try limits(request.limits), metadata: request.metadata ?? [:], owner: caller.uid)
        facts.checkpoint = request.checkpoint ?? .auto
        return facts
    }

    func newFacts(
        name: String?, image: String, storage: CloisterAPI.WorkspaceStorage, limits: CloisterAPI.SessionLimits,
        metadata: [String: String], owner: UInt32
    ) throws -> SessionFacts {
        var generator = SystemRandomNumberGenerator()
        guard let id = SessionID(node: core.settings.node, using: &generator) else {
            throw CloisterError.internalError(DamagedRow(what: "node name \(core.settings.node)"))
        }
        return SessionFacts(
            id: id, key: SessionKey(high: generator.next(), low: generator.next()), name: name, image: image,
            storage: storage, limits: limits, metadata: metadata, ownerUID: owner, createdAt: WallClock.now())
    }

    private func limits(_ requested: RequestedLimits?) throws -> CloisterAPI.SessionLimits {
        var limits = core.settings.sessionDefault
        let maximum = core.settings.sessionMaximum
        limits.memoryBytes = try Self.limit(
            "memory_bytes", requested?.memoryBytes, limits.memoryBytes, maximum.memoryBytes)
        limits.cpus = try Self.limit("cpus", requested?.cpus, limits.cpus, maximum.cpus)
        limits.pids = try Self.limit("pids", requested?.pids, limits.pids, maximum.pids)
        limits.workspaceBytes = try Self.limit(
            "workspace_bytes", requested?.workspaceBytes, limits.workspaceBytes, maximum.workspaceBytes)
        limits.tmpBytes = try Self.limit("tmp_bytes", requested?.tmpBytes, limits.tmpBytes, maximum.tmpBytes)
        return limits
    }

    private static func limit<Number: Comparable>(
        _ name: String, _ requested: Number?, _ standard: Number, _ maximum: Number
    ) throws -> Number {
        guard let requested else { return standard }
        guard requested <= maximum else { throw CloisterError.field("limits.\(name)", "must be at most \(maximum)") }
        return requested
    }

    // MARK: Deleting

    func delete(_ session: LiveSession) async throws {
        try await session.delete()
        registry.withLock { $0.remove(session) }
        core.ready.roomGrew()
    }
}

extension SessionFacts {
    /// Whether everything that the request names is as it is here.
    fileprivate func fits(_ request: CreateSessionRequest) -> Bool {
        func same<Value: Equatable>(_ wanted: Value?, _ given: Value) -> Bool { wanted == nil || wanted == given }
        return same(request.image, image) && same(request.storage, storage) && same(request.metadata, metadata)
            && same(request.limits?.memoryBytes, limits.memoryBytes) && same(request.limits?.cpus, limits.cpus)
            && same(request.limits?.pids, limits.pids)
            && same(request.limits?.workspaceBytes, limits.workspaceBytes)
            && same(request.limits?.tmpBytes, limits.tmpBytes)
    }
}

extension CloisterError {
    fileprivate static func tooManySessions(_ maximum: Int) -> Self {
        Self(
            .tooManySessions, "There are \(maximum) sessions, as many as this daemon keeps.",
            remedy: "Delete sessions that are not used, or raise sessions.max_sessions.")
    }

    fileprivate static func otherSettings(_ name: String?) -> Self {
        Self(
            .nameInUse, "The session named \(name ?? "") has other settings.",
            remedy: "Ask without settings to get it as it is, or delete it first.")
    }

    fileprivate static func nameIsBusy(_ name: String?) -> Self {
        Self(
            .conflict, "The session named \(name ?? "") is being created or deleted.", remedy: "Try again in a moment.")
    }
}
