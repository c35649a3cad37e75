// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import Logging
import SpawnerProtocol
import StateStore
import Synchronization

extension SessionManager {
    /// The spawner answers, for the first time or again.
    func connected() async {
        do {
            if registry.withLock({ $0.isRecovered }) { try await reconcile() } else { try await recover() }
        } catch {
            core.logger.error("cannot match the spawner's sessions with the journal's", metadata: ["error": "\(error)"])
        }
    }

    // MARK: After a restart of the daemon

    private func recover() async throws {
        let held = try await heldKeys()
        let rows = try await core.journal.liveSessions()
        let open = Dictionary(grouping: try await core.journal.openExecutions(), by: \.sessionID)
        var commands = Dictionary(grouping: try await core.journal.openCommands(), by: \.sessionID)
        var adopted: [(session: LiveSession, sent: ExecutionID?)] = []
        for row in rows {
            do {
                let facts = try SessionFacts(row)
                let executions = try (open[row.id] ?? []).map { try OpenExecution($0) }
                guard held.contains(facts.key) else {
                    if row.isUnfinished {
                        try await forget(row)
                    } else {
                        try await registerLost(facts, row, executions, commands.removeValue(forKey: row.id) ?? [])
                    }
                    continue
                }
                adopted.append(await register(facts, row, executions))
            } catch {
                core.logger.error("cannot take up a session", metadata: ["session": "\(row.id)", "error": "\(error)"])
            }
        }
        for (session, sent) in adopted {
            await session.adopt(sent)
            await session.adoptCommands(commands[session.id.description] ?? [])
        }
        registry.withLock { $0.isRecovered = true }
        await destroyUnknown(held)
        core.logger.info("recovered", metadata: ["sessions": "\(adopted.count)", "rows": "\(rows.count)"])
        for row in rows where row.state == SessionState.deleting.rawValue { resumeDeletion(row) }
        await openPool(held)
    }

    private func register(
        _ facts: SessionFacts, _ row: SessionRecord, _ executions: [OpenExecution]
    ) async -> (session: LiveSession, sent: ExecutionID?) {
        // Only the first can have been sent: the next one waits for its result to be in the journal.
        let sent = executions.first { $0.start != nil }?.id
        let queued = executions.map(\.id).filter { $0 != sent }
        let machine = SessionStateMachine(
            resuming: sent, queued: queued, queueLimit: core.settings.queueLimit)
        let session = LiveSession(
            facts, core: core, machine: machine,
            counts: (Int(clamping: row.executions), Int(clamping: row.artifacts)),
            lastActivityAt: row.lastActivityAt, incarnation: Int(clamping: row.incarnation),
            creation: row.creationReport)
        await session.takeUp(executions)
        registry.withLock { $0.insert(session) }
        return (session, sent)
    }

    /// The daemon was killed while it made the session: nobody has been told of it.
    private func forget(_ row: SessionRecord) async throws {
        let store = core.journal.store
        _ = try await core.blocking.run { try store.deleteSession(row.id, at: WallClock.now()) }
    }

    /// The spawner was restarted meanwhile: processes and workspace are gone, and the journal says so.
    private func registerLost(
        _ facts: SessionFacts, _ row: SessionRecord, _ executions: [OpenExecution], _ commands: [CommandRecord]
    ) async throws {
        let session = LiveSession(
            facts, core: core, machine: SessionStateMachine(failed: .spawnerLost),
            counts: (Int(clamping: row.executions), Int(clamping: row.artifacts)),
            lastActivityAt: row.lastActivityAt, incarnation: Int(clamping: row.incarnation),
            creation: row.creationReport)
        for execution in executions {
            let (finished, records) = try await lost(execution, facts)
            try await core.journal.finish(finished, records: records)
        }
        await session.loseCommands(commands)
        registry.withLock { $0.insert(session) }
        await session.recordState()
    }

    private func lost(
        _ execution: OpenExecution, _ facts: SessionFacts
    ) async throws -> (execution: Execution, records: Int64) {
        let (outputs, limits) = (core.outputs, core.settings.output)
        let (output, displays) = try await core.blocking.run {
            var run = OutputRun(feed: execution.feed, directory: outputs, limits: limits)
            try OutputRecovery.replay(&run)
            return (run, try run.hasDisplays ? run.feed.progress?.displays() ?? [] : [])
        }
        let judge = VerdictJudge(
            .init(
                usage: ObservedUsage(), limits: facts.limits, timeoutSeconds: execution.timeoutSeconds,
                incarnation: execution.incarnation))
        let finished = execution.finished(
            judge.lost(.init(trigger: .spawnerLost)), stdout: OutputCapture(output.stdout),
            stderr: OutputCapture(output.stderr), displays: displays, artifacts: [])
        return (finished, output.records)
    }

    private func resumeDeletion(_ row: SessionRecord) {
        guard let id = SessionID(row.id), let session = registry.withLock({ $0.byID[id] }) else { return }
        Task {
            do {
                try await delete(session)
            } catch {
                core.logger.error("cannot delete a session", metadata: ["session": "\(id)", "error": "\(error)"])
            }
        }
    }

    // MARK: After a restart of the spawner

    private func reconcile() async throws {
        let held = try await heldKeys()
        for session in registry.withLock({ Array($0.byID.values) }) where !held.contains(session.facts.key) {
            await session.spawnerLostUnlessStarting()
        }
        await destroyUnknown(held)
        await openPool(held)
    }

    private func heldKeys() async throws -> Set<SessionKey> {
        Set(try await core.spawner.list().filter { $0.state != .stopping }.map(\.key))
    }

    /// Sessions that no row knows belong to nobody: ready ones of a killed daemon, and some whose end it did not live to
    /// see. Code may have run in the latter, so none is handed out again.
    private func destroyUnknown(_ held: Set<SessionKey>) async {
        let unknown = registry.withLock { registry in held.filter { registry.byKey[$0] == nil } }
        await withTaskGroup { group in
            for key in unknown { group.addTask { await self.destroyUnknown(key) } }
        }
    }

    private func destroyUnknown(_ key: SessionKey) async {
        do {
            try await core.spawner.destroy(key)
        } catch {
            core.logger.warning("cannot destroy a session without a row", metadata: ["error": "\(error)"])
        }
    }
}

extension LiveSession {
    /// The journal's open executions of this session.
    func takeUp(_ executions: [OpenExecution]) {
        for execution in executions { open[execution.id] = execution }
    }

    /// A session whose creation is under way is not in the list yet.
    func spawnerLostUnlessStarting() {
        if machine.phase != .starting { spawnerLost() }
        recordState()
    }
}

extension SessionRecord {
    /// It never came to be. One that its caller knows has left the first state, or has been used.
    fileprivate var isUnfinished: Bool { state == SessionState.starting.rawValue && executions == 0 }
}
