// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
import Platform
import SpawnerProtocol

/// From a request to a running driver: prepare, holder, driver, each step begun by an event.
extension Spawner {
    func create(_ request: SpawnerRequest, image: String, storage: WorkspaceStorage, limits: SessionLimits) {
        do {
            let session = try takeSession(request.key, image: image, storage: storage, limits: limits)
            enqueue(session, pending(request.id))
        } catch {
            failures += 1
            fail(pending(request.id), request.key, error)
        }
    }

    /// A session that was kept in advance, or a new one.
    private func takeSession(_ key: SessionKey, image: String, storage: WorkspaceStorage, limits: SessionLimits)
        throws(SpawnerFailure) -> HeldSession
    {
        guard !isShuttingDown else { throw SpawnerFailure(.busy, step: "shutting down") }
        guard key != SessionKey(high: 0, low: 0) else { throw SpawnerFailure(.badRequest, step: "key") }
        guard table[key] == nil else { throw SpawnerFailure(.sessionExists) }
        guard table.count < settings.ceilings.sessions else { throw SpawnerFailure(.tooManySessions) }
        if let field = settings.ceilings.violation(limits) { throw SpawnerFailure(.ceilingExceeded, step: field) }
        guard storage == .pool || factory.mapsTmpfs else { throw SpawnerFailure(.storageRefused, step: "tmpfs") }
        // What lies in a tmpfs workspace is memory, and stays when an incarnation ends.
        guard storage == .pool || limits.workspaceBytes <= limits.memoryBytes else {
            throw SpawnerFailure(.ceilingExceeded, step: "workspace_bytes")
        }
        let found = try findImage(image)
        if storage == .pool, let session = claimSpare(key, image: found.index, limits: limits) { return session }
        do {
            let session = try makeSession(key, image: found, storage: storage, limits: limits)
            table.insert(session)
            return session
        } catch {
            throw SpawnerFailure(.system, step: error.step, errno: error.errno)
        }
    }

    func findImage(_ name: String) throws(SpawnerFailure) -> (tree: ImageTree, index: Int) {
        let found: (tree: ImageTree, index: Int)?
        do { found = try images.image(name) } catch {
            throw SpawnerFailure(.system, step: error.step, errno: error.errno)
        }
        guard let found else { throw SpawnerFailure(.noSuchImage) }
        return found
    }

    /// `key` is `nil` for one that is kept in advance.
    func makeSession(
        _ key: SessionKey?, image: (tree: ImageTree, index: Int), storage: WorkspaceStorage, limits: SessionLimits
    ) throws(SystemError) -> HeldSession {
        let start = Clock.now()
        var workspace = try workspaces.make(storage, bytes: limits.workspaceBytes)
        guard let slot = users.take(now: Clock.now()) else {
            workspaces.giveUp(&workspace)
            workspaces.remove(workspace)
            throw SystemError("host user ids", errno: EAGAIN)
        }
        return HeldSession(
            key: key, number: table.nextNumber(), image: image, limits: limits, userSlot: slot,
            identity: users.identity(slot), workspace: workspace, workspaceNanoseconds: Clock.now() &- start)
    }

    func enqueue(_ session: HeldSession, _ request: PendingRequest) {
        session.state = .waiting(request)
        session.enqueued = Clock.now()
        underWay.insert(session.number)
        table.waiting.append(session.number)
    }

    /// Starts as many sessions as there are windows. Called once a turn of the loop.
    func startWaiting() {
        while !isShuttingDown, let number = table.waiting.first {
            // Before it begins: a start that fails takes itself out.
            table.waiting.removeFirst()
            guard let session = table[number], case .waiting(let request) = session.state else { continue }
            guard begin(session, request) else { return table.waiting.insert(number, at: 0) }
        }
    }

    /// False while no window is free and one is needed.
    private func begin(_ session: HeldSession, _ request: PendingRequest) -> Bool {
        if session.incarnation != nil, let zygote = zygote(for: session) {
            session.startBegan = Clock.now()
            join(session, request, zygote)
            return true
        }
        guard let window = windows.popLast() else { return false }
        session.startBegan = Clock.now()
        if let incarnation = session.incarnation {
            incarnation.note(.queued, since: session.enqueued)
            startDriver(session, incarnation, request, window)
        } else {
            session.state = .startingHolder(request, window)
            do { try startHolder(session, window) } catch { startFailed(session, error) }
        }
        return true
    }

    private func startHolder(_ session: HeldSession, _ window: DescriptorWindow) throws(SystemError) {
        let joiner = users.zygoteUsers(ofImage: session.imageIndex)?.owner
        let incarnation = try factory.prepare(session, joiner: joiner)
        incarnation.note(.queued, since: session.enqueued)
        session.incarnations = incarnation.number
        session.incarnation = incarnation
        incarnation.phases[Int(CreationPhase.workspace.rawValue) - 1] =
            incarnation.number == 1 ? session.workspaceNanoseconds : 0
        try factory.openWorkspaceForDaemon(session, incarnation)
        incarnation.phaseStart = Clock.now()
        try factory.startHolder(session, incarnation, window, owner: users.owner(ofImage: session.imageIndex))
        try loop.add(incarnation.lifeline, .holder(session.number))
    }

    /// Init says that it runs, or the holder says which step failed.
    func holderReported(_ number: UInt64) {
        guard let session = table[number], case .startingHolder(let request, let window) = session.state,
            let incarnation = session.incarnation
        else { return }
        do throws(SystemError) {
            switch try receiveReport(incarnation.lifeline) {
            case nil: return
            case .failed(let error): throw error
            case .ended: throw SystemError("the holder died", errno: ECHILD)
            case .ready: break
            }
            loop.remove(incarnation.lifeline)
            incarnation.note(.holder, since: incarnation.phaseStart)
        } catch { return startFailed(session, error) }
        holderIsReady(session, incarnation, request, window)
    }

    private func holderIsReady(
        _ session: HeldSession, _ incarnation: LiveIncarnation, _ request: PendingRequest, _ window: DescriptorWindow
    ) {
        if session.key == nil {
            session.state = .spare
            release(window)
        } else if let zygote = zygote(for: session) {
            release(window)
            join(session, request, zygote)
        } else {
            window.clear(with: filler)
            startDriver(session, incarnation, request, window)
        }
    }

    /// For starts that neither go on nor fail.
    func failOverdueStarts(now: UInt64) {
        for session in table.all where session.state.isStarting && now &- session.startBegan > Self.startLimit {
            startFailed(session, SystemError("start took too long", errno: ETIMEDOUT))
        }
    }

    private static let startLimit: UInt64 = 15_000_000_000

    func release(_ window: DescriptorWindow) {
        window.clear(with: filler)
        windows.append(window)
    }

    /// Ends what was begun and tells the daemon why.
    func startFailed(_ session: HeldSession, _ error: SystemError) {
        guard let request = session.state.pending else { return }
        if case .awaitingZygote = session.state { return retryByExec(session, request, error) }
        failures += 1
        SpawnerLog.write("session \(session.number): \(error)")
        let failure = SpawnerFailure(.system, step: error.step, errno: error.errno)
        switch session.state {
        case .startingHolder(_, let window), .startingDriver(_, let window):
            stop(session, .fail(request, failure))
            release(window)
        case .waiting, .awaitingExec, .rollingBack: stop(session, .fail(request, failure))
        case .awaitingZygote, .spare, .live, .stopping, .idle: break
        }
    }
}
