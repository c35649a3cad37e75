// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Blocking
import CloisterAPI
import SpawnerProtocol
import StateStore
import Synchronization

/// Callers served from the ready pool.
extension SessionManager {
    /// Ended for a caller for whom the host had no room.
    private static let giveWayCount = 8

    /// A session from the pool, if it has one that fits.
    func createReady(_ wanted: SessionFacts, _ request: CreateSessionRequest) async throws -> CreatedSession? {
        let began = BootClock.now()
        guard wanted.storage == .pool, wanted.limits == core.settings.sessionDefault,
            let ready = core.ready.take(wanted.image)
        else { return nil }
        ready.session.setOwner(wanted)
        let taken = BootClock.now()
        let written: (creation: SessionCreation, usage: SessionUsage)
        do {
            try admit(ready.session)
            written = try await journal(ready)
        } catch {
            await returnToPool(ready)
            throw error
        }
        if case .existing(let record) = written.creation {
            await returnToPool(ready)
            return try await named(record, request)
        }
        let report = SessionCreationReport(ready, began: began, taken: taken)
        core.metrics.created(report)
        var description = await ready.session.handOut(report)
        description.usage = written.usage
        return CreatedSession(session: description, isNew: true)
    }

    /// From here on the row counts: a daemon that is killed before leaves a session that its successor ends, and one
    /// that is killed after it leaves the caller's.
    private func journal(_ ready: ReadySession) async throws -> (creation: SessionCreation, usage: SessionUsage) {
        let (store, artifacts) = (core.journal.store, core.artifacts)
        let record = try ready.session.facts.record(.ready)
        return try await core.blocking.run {
            let creation = try store.createSession(record)
            artifacts.begin(session: record.id, workspace: ready.incarnation.workspace)
            ready.incarnation.cgroup.resetMemoryPeak()
            return (creation, ready.incarnation.usage())
        }
    }

    private func returnToPool(_ ready: ReadySession) async {
        ready.session.setOwner(nil)
        registry.withLock { $0.byID[ready.session.id] = nil }
        if !core.ready.putBack(ready) { await endReady([ready.session]) }
    }

    /// True when the host has more room than before.
    func giveWay() async -> Bool {
        let sessions = core.ready.giveWay(Self.giveWayCount)
        await endReady(sessions)
        return !sessions.isEmpty
    }
}

extension SessionCreationReport {
    fileprivate init(_ ready: ReadySession, began: UInt64, taken: UInt64) {
        let now = BootClock.now()
        self.init(
            path: .ready, holder: ready.incarnation.isHolderPooled ? .pooled : .fresh,
            milliseconds: Double(now &- began) / 1e6,
            phases: ["assign": Double(taken &- began) / 1e6, "journal": Double(now &- taken) / 1e6])
    }
}
