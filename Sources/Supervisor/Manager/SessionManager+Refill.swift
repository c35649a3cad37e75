// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import Logging
import SpawnerProtocol
import Synchronization

/// Filling the ready pool.
extension SessionManager {
    /// For how many nanoseconds no caller must have come before a worker starts a session. The first one keeps up with
    /// one client that creates and deletes without pause; both together fill the pool when nobody is there.
    static let refillPauses: [UInt64] = [2_000_000, 50_000_000]
    private static let longestPause: UInt64 = 500_000_000

    /// Starts sessions until the task is cancelled.
    func refill(_ worker: Int) async {
        for await _ in core.ready.changes[worker] {
            while !Task.isCancelled, await takeTurn(Self.refillPauses[worker]) {}
        }
    }

    /// False when there is nothing to do before the next change.
    private func takeTurn(_ quiet: UInt64) async -> Bool {
        if core.ready.wantsListings { await noteListings() }
        let room = core.settings.maximumSessions - registry.withLock { $0.byID.count }
        switch core.ready.next(room: room, quiet: quiet) {
        case .make(let image): await Task { await makeReady(image) }.value
        case .end(let session): await endReady([session])
        case .wait(let nanoseconds):
            try? await Task.sleep(nanoseconds: min(nanoseconds, Self.longestPause))
        case .idle: return false
        }
        return true
    }

    private func makeReady(_ image: String) async {
        do {
            let session = LiveSession(try readyFacts(image), core: core, isUnowned: true, warmsUp: true)
            registry.withLock { $0.byKey[session.key] = session }
            do {
                try await session.start()
                guard let incarnation = await session.unused else { throw EndedUnused() }
                let bytes = try await core.blocking.run { Int64(clamping: incarnation.cgroup.memoryBytes) }
                core.metrics.refilled(image, incarnation.path == .zygote ? .zygote : .exec)
                let ready = ReadySession(session: session, incarnation: incarnation, bytes: bytes)
                if !core.ready.put(ready) { await endReady([session]) }
            } catch {
                await endReady([session])
                throw error
            }
        } catch {
            core.ready.failed(image, error)
            core.logger.info("cannot keep a session ready", metadata: ["image": "\(image)", "error": "\(error)"])
        }
    }

    private func readyFacts(_ image: String) throws -> SessionFacts {
        try newFacts(
            name: nil, image: image, storage: .pool, limits: core.settings.sessionDefault, metadata: [:], owner: 0)
    }

    /// Ends sessions that nobody has had.
    func endReady(_ sessions: [LiveSession]) async {
        await withTaskGroup { group in
            for session in sessions { group.addTask { await session.discard() } }
        }
        registry.withLock { registry in
            for session in sessions { registry.remove(session) }
        }
    }

    /// The driver ended between its greeting and its place in the pool.
    private struct EndedUnused: Error, CustomStringConvertible {
        var description: String { "the driver of a ready session ended" }
    }

    // MARK: The spawner

    /// Tells a spawner that has come what to keep, and begins to fill.
    func openPool(_ held: Set<SessionKey>) async {
        let plan = core.settings.pool
        for image in Set(plan.images).union(await keptImages()).sorted() {
            let isWanted = plan.images.contains(image)
            await prepare(image, holders: isWanted ? plan.holders : 0, zygote: isWanted && plan.zygote)
        }
        await endReady(core.ready.open(held: held))
    }

    /// Images that an earlier daemon had something kept for.
    private func keptImages() async -> [String] {
        ((try? await core.spawner.pools()) ?? []).filter { $0.holderTarget > 0 || $0.zygote != .none }.map(\.image)
    }

    private func prepare(_ image: String, holders: UInt32, zygote: Bool) async {
        do {
            try await core.spawner.prepare(
                image: image, limits: core.settings.sessionDefault.forSpawner(core.settings), holders: holders,
                zygote: zygote)
        } catch {
            core.logger.warning("cannot prepare an image", metadata: ["image": "\(image)", "error": "\(error)"])
        }
    }

    func noteListings() async {
        core.ready.note((try? await core.spawner.pools()) ?? [])
    }
}
