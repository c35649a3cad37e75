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
            let session = try makeSession(request.key, image: image, storage: storage, limits: limits)
            table.insert(session)
            enqueue(session, request: request.id)
        } catch {
            failures += 1
            fail(request.id, request.key, error)
        }
    }

    private func makeSession(_ key: SessionKey, image: String, storage: WorkspaceStorage, limits: SessionLimits)
        throws(SpawnerFailure) -> HeldSession
    {
        guard !isShuttingDown else { throw SpawnerFailure(.busy, step: "shutting down") }
        guard key != SessionKey(high: 0, low: 0) else { throw SpawnerFailure(.badRequest, step: "key") }
        guard table[key] == nil else { throw SpawnerFailure(.sessionExists) }
        guard table.count < settings.ceilings.sessions else { throw SpawnerFailure(.tooManySessions) }
        if let field = settings.ceilings.violation(limits) { throw SpawnerFailure(.ceilingExceeded, step: field) }
        let found: (tree: ImageTree, index: Int)?
        do { found = try images.image(image) } catch {
            throw SpawnerFailure(.system, step: error.step, errno: error.errno)
        }
        guard let found else { throw SpawnerFailure(.noSuchImage) }
        do { return try makeSession(key, image: found, storage: storage, limits: limits) } catch {
            throw SpawnerFailure(.system, step: error.step, errno: error.errno)
        }
    }

    private func makeSession(
        _ key: SessionKey, image: (tree: ImageTree, index: Int), storage: WorkspaceStorage, limits: SessionLimits
    ) throws(SystemError) -> HeldSession {
        let start = Clock.now()
        let workspace = try workspaces.make(storage, bytes: limits.workspaceBytes)
        guard let slot = users.take(now: Clock.now()) else {
            workspaces.remove(workspace)
            throw SystemError("host user ids", errno: EAGAIN)
        }
        return HeldSession(
            key: key, number: table.nextNumber(), image: image, limits: limits, userSlot: slot,
            identity: users.identity(slot), workspace: workspace, workspaceNanoseconds: Clock.now() &- start)
    }

    func enqueue(_ session: HeldSession, request: UInt64) {
        session.state = .waiting(request: request)
        table.waiting.append(session.number)
        startWaiting()
    }

    /// Starts as many sessions as there are windows.
    func startWaiting() {
        while !windows.isEmpty, !table.waiting.isEmpty {
            guard let session = table[table.waiting.removeFirst()], case .waiting(let request) = session.state else {
                continue
            }
            let window = windows.removeLast()
            session.state = .startingHolder(request: request, window)
            do { try startHolder(session, window) } catch { startFailed(session, error) }
        }
    }

    private func startHolder(_ session: HeldSession, _ window: DescriptorWindow) throws(SystemError) {
        let incarnation = try factory.prepare(session)
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
        do {
            try receiveReady(incarnation.lifeline, "the holder died")
            loop.remove(incarnation.lifeline)
            window.clear(with: placeholder)
            incarnation.note(.holder, since: incarnation.phaseStart)
            incarnation.phaseStart = Clock.now()
            session.state = .startingDriver(request: request, window)
            try factory.startDriver(session, incarnation, window)
            if let status = incarnation.driverStatus { try loop.add(status, .driver(number)) }
        } catch { startFailed(session, error) }
    }

    /// First the driver's process has its own descriptors, then its status socket closes on exec.
    func driverReported(_ number: UInt64) {
        guard let session = table[number], let incarnation = session.incarnation,
            let status = incarnation.driverStatus
        else { return }
        do {
            switch session.state {
            case .startingDriver(let request, let window):
                try receiveReady(status, "the driver's process died")
                release(window)
                session.state = .awaitingExec(request: request)
            case .awaitingExec(let request):
                try receiveEnd(status)
                loop.remove(status)
                incarnation.driverStatus = nil
                incarnation.note(.driver, since: incarnation.phaseStart)
                session.state = .live
                session.hasLived = true
                replyIncarnation(session, request: request)
            default: return
            }
        } catch { startFailed(session, error) }
    }

    private func receiveReady(_ socket: Descriptor, _ silence: String) throws(SystemError) {
        switch try receiveReport(socket) {
        case .ready: return
        case .failed(let error): throw error
        case nil: throw SystemError(silence, errno: ECHILD)
        }
    }

    private func receiveEnd(_ socket: Descriptor) throws(SystemError) {
        if case .failed(let error) = try receiveReport(socket) { throw error }
    }

    private func receiveReport(_ socket: Descriptor) throws(SystemError) -> ChildReport? {
        var bytes = [UInt8](repeating: 0, count: 80)
        let count = cloister_receive(socket.number, &bytes, bytes.count, 0)
        guard count != -Int(ECONNRESET), count != -Int(EAGAIN) else { return nil }
        return ChildReport(bytes: bytes[..<(try check("status socket", count))])
    }

    func release(_ window: DescriptorWindow) {
        window.clear(with: placeholder)
        windows.append(window)
        startWaiting()
    }

    /// Ends what was begun and tells the daemon why.
    func startFailed(_ session: HeldSession, _ error: SystemError) {
        failures += 1
        SpawnerLog.write("session \(session.number): \(error)")
        let failure = SpawnerFailure(.system, step: error.step, errno: error.errno)
        switch session.state {
        case .startingHolder(let request, let window), .startingDriver(let request, let window):
            stop(session, .fail(request: request, failure))
            release(window)
        case .waiting(let request), .awaitingExec(let request): stop(session, .fail(request: request, failure))
        case .live, .stopping, .idle: break
        }
    }
}
