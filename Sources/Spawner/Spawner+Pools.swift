// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Isolation
import Platform
import SpawnerProtocol

/// What is kept in advance: zygotes, and sessions that end at their holder.
extension Spawner {
    func prepare(_ request: SpawnerRequest, image: String, limits: SessionLimits, holders: UInt32, zygote: Bool) {
        do throws(SpawnerFailure) {
            if let field = settings.ceilings.violation(limits) { throw SpawnerFailure(.ceilingExceeded, step: field) }
            guard holders <= settings.ceilings.holders else { throw SpawnerFailure(.ceilingExceeded, step: "holders") }
            let index = try findImage(image).index
            let pool = pools[index] ?? ImagePool(image: index, name: image, limits: limits)
            pools[index] = pool
            if pool.limits != limits { drop(pool.spares[...]) }
            pool.limits = limits
            pool.holderTarget = holders
            drop(pool.spares.dropFirst(Int(holders)))
            pool.wantsZygote = zygote && factory.canMakeZygotes && users.zygoteUsers(ofImage: index) != nil
            if !pool.wantsZygote { for zygote in [pool.zygote, pool.successor] { zygote.map(retire) } }
            maintainZygotes(now: Clock.now())
            reply(pending(request.id), request.key, .done)
        } catch { fail(pending(request.id), request.key, error) }
    }

    func poolListings() -> [PoolListing] {
        pools.values.sorted { $0.image < $1.image }.prefix(PoolListing.perPacket).map { pool in
            pool.listing(readySpares: pool.spares.count { table[$0].map(isReady) ?? false })
        }
    }

    private func isReady(_ session: HeldSession) -> Bool { if case .spare = session.state { true } else { false } }

    // MARK: Spares

    /// Makes one spare when nothing else is going on: making one takes milliseconds that somebody else would wait for.
    /// Called once a turn of the loop.
    func refill() {
        guard wantsSpares, !isShuttingDown, table.total < Int(settings.ceilings.sessions), isQuiet else { return }
        let now = Clock.now()
        let wanting = pools.values.filter { $0.wantsSpare && now >= $0.nextSpare }
        guard let pool = wanting.min(by: { $0.spares.count < $1.spares.count }) else { return }
        do { try makeSpare(for: pool) } catch {
            if pool.spareFailure != error { SpawnerLog.write("holder in advance: \(error)") }
            pool.spareFailure = error
            pool.nextSpare = now &+ Self.spareInterval
        }
    }

    var wantsSpares: Bool {
        let now = Clock.now()
        return pools.values.contains { $0.wantsSpare && now >= $0.nextSpare }
    }

    /// Nobody is waiting for the spawner, and nobody has for a moment.
    private var isQuiet: Bool {
        underWay = underWay.filter { table[$0]?.state.isStarting ?? false }
        return underWay.isEmpty && table.waiting.isEmpty && Clock.now() &- lastRequest >= Self.quietTime
    }

    private static let spareInterval: UInt64 = 1_000_000_000
    static let quietTime: UInt64 = 5_000_000

    private func makeSpare(for pool: ImagePool) throws(SystemError) {
        guard let found = try images.image(pool.name) else { throw SystemError("no image", errno: ENOENT) }
        let session = try makeSession(nil, image: found, storage: .pool, limits: pool.limits)
        table.insert(session)
        pool.spareFailure = nil
        pool.spares.append(session.number)
        enqueue(session, .nobody)
        startWaiting()
    }

    /// A holder that is ready and can be given these limits. What only the set-up can do must be as it is.
    func claimSpare(_ key: SessionKey, image: Int, limits: SessionLimits) -> HeldSession? {
        guard let pool = pools[image], pool.limits.fitsHolder(of: limits) else { return nil }
        let start = Clock.now()
        while let position = pool.spares.firstIndex(where: { table[$0].map(isReady) ?? false }) {
            guard let session = table[pool.spares.remove(at: position)], let incarnation = session.incarnation else {
                continue
            }
            do {
                try give(limits, to: session, incarnation)
                table.assign(key, to: session)
                session.created = Clock.now()
                incarnation.forgetPhases()
                incarnation.isHolderPooled = true
                incarnation.note(.cgroup, since: start)
                return session
            } catch {
                SpawnerLog.write("holder in advance: \(error)")
                destroy(session, nil)
            }
        }
        return nil
    }

    private func give(_ limits: SessionLimits, to session: HeldSession, _ incarnation: LiveIncarnation)
        throws(SystemError)
    {
        guard limits != session.limits else { return }
        if limits.workspaceBytes != session.limits.workspaceBytes {
            session.workspace = try workspaces.resize(session.workspace, bytes: limits.workspaceBytes)
        }
        session.limits = limits
        try factory.adjust(session, incarnation)
    }

    func forgetSpare(_ session: HeldSession) {
        guard session.key == nil else { return }
        pools[session.imageIndex]?.spares.removeAll { $0 == session.number }
    }

    func noteSpareFailure(_ session: HeldSession) {
        guard session.key == nil else { return }
        pools[session.imageIndex]?.nextSpare = Clock.now() &+ Self.spareInterval
    }

    private func drop(_ spares: ArraySlice<UInt64>) {
        for number in spares { if let session = table[number] { destroy(session, nil) } }
    }

    func endPools() {
        for zygote in zygotes.values { zygote.kill() }
        pools = [:]
    }
}

extension SessionLimits {
    /// Whether a holder made with these limits can be given the others.
    fileprivate func fitsHolder(of other: SessionLimits) -> Bool {
        tmpBytes == other.tmpBytes && shmBytes == other.shmBytes
            && ioReadBytesPerSecond == other.ioReadBytesPerSecond
            && ioWriteBytesPerSecond == other.ioWriteBytesPerSecond
    }
}
