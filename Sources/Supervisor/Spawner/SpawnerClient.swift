// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import Blocking
import Glibc
import Platform
package import SpawnerProtocol
import Synchronization

/// The daemon's side of the conversation with the spawner.
///
/// One thread waits for packets, because no event loop here can receive descriptors; requests are sent from where they
/// are made. A broken connection is made again by the thread.
package final class SpawnerClient: Sendable {
    private struct State {
        var connection: SpawnerConnection?
        var pending: [UInt64: CheckedContinuation<SpawnerAnswer, any Error>] = [:]
        var lastRequest: UInt64 = 0
        var isStopped = false
    }

    /// In the order in which they happened; for one reader.
    package let events: AsyncStream<SpawnerEvent>
    private let continuation: AsyncStream<SpawnerEvent>.Continuation
    private let path: String
    private let state = Mutex(State())

    package init(socket path: String) {
        self.path = path
        (events, continuation) = AsyncStream.makeStream(of: SpawnerEvent.self)
    }

    package var isConnected: Bool { state.withLock { $0.connection != nil } }

    /// Starts the receiving thread, which ends after `stop()`.
    package func start() throws(BlockingPoolError) {
        _ = try PoolThread(name: "spawner") { [self] in receiveForever() }
    }

    package func stop() {
        let connection = state.withLock { state in
            state.isStopped = true
            return state.connection
        }
        connection?.shutDown()
    }

    // MARK: Requests

    package func create(_ key: SessionKey, image: String, storage: WorkspaceStorage, limits: SessionLimits) async throws
        -> Incarnation
    {
        try await incarnation(key, .create(image: image, storage: storage, limits: limits))
    }

    /// Ends what is left of the incarnation; the next one has new namespaces, cgroup and sockets on the same workspace.
    package func renew(_ key: SessionKey) async throws -> Incarnation { try await incarnation(key, .renew) }

    /// Fresh duplicates of everything that the spawner keeps of the session.
    package func adopt(_ key: SessionKey) async throws -> Incarnation { try await incarnation(key, .adopt) }

    /// Returns when no process of the session is left and its workspace is deleted.
    package func destroy(_ key: SessionKey) async throws { try await expectDone(key, .destroy) }

    /// A signal for the driver process; returns once it is pending there.
    package func interrupt(_ key: SessionKey, incarnation: UInt32, rung: InterruptRung) async throws {
        try await expectDone(key, .interrupt(incarnation: incarnation, rung: rung))
    }

    /// Has the spawner give the driver a socket for a checkpoint.
    package func keep(_ key: SessionKey, incarnation: UInt32, _ checkpoint: CheckpointListing) async throws {
        try await expectDone(key, .keep(incarnation: incarnation, checkpoint))
    }

    /// Kills what runs; the checkpoint is the next incarnation's driver.
    package func rollback(_ key: SessionKey, checkpoint: UInt32) async throws -> Incarnation {
        try await incarnation(key, .rollback(checkpoint: checkpoint))
    }

    /// Ends a checkpoint; 0 ends all.
    package func drop(_ key: SessionKey, checkpoint: UInt32) async throws {
        try await expectDone(key, .drop(checkpoint: checkpoint))
    }

    /// Starts what becomes the command of this number, once it has been told what that is.
    package func startCommand(_ key: SessionKey, incarnation: UInt32, command: UInt32) async throws -> CommandLink {
        try await link(key, .startCommand(incarnation: incarnation, command: command))
    }

    /// Fresh duplicates of what the spawner keeps of a command.
    package func adoptCommand(_ key: SessionKey, command: UInt32) async throws -> CommandLink {
        try await link(key, .adoptCommand(command: command))
    }

    package func signalCommand(
        _ key: SessionKey, command: UInt32, signal: CommandSignal, toGroup: Bool
    ) async throws {
        try await expectDone(key, .signalCommand(command: command, signal: signal, toGroup: toGroup))
    }

    /// The end of the command is known: nothing need be kept of it.
    package func forgetCommand(_ key: SessionKey, command: UInt32) async throws {
        try await expectDone(key, .forgetCommand(command: command))
    }

    package func list() async throws -> [SessionListing] {
        var all: [SessionListing] = []
        var last = SessionKey(high: 0, low: 0)
        while true {
            guard case .sessions(let page) = try await request(last, .list).body else {
                throw SpawnerClientError.protocolViolation
            }
            all += page
            guard page.count == SessionListing.perPacket, let end = page.last else { return all }
            last = end.key
        }
    }

    /// Has the spawner keep so many holders with these limits for the image, and a zygote or none, from now on.
    package func prepare(image: String, limits: SessionLimits, holders: UInt32, zygote: Bool) async throws {
        try await expectDone(
            SessionKey(high: 0, low: 0), .prepare(image: image, limits: limits, holders: holders, zygote: zygote))
    }

    /// What the spawner keeps, image by image.
    package func pools() async throws -> [PoolListing] {
        guard case .pools(let listings) = try await request(SessionKey(high: 0, low: 0), .pools).body else {
            throw SpawnerClientError.protocolViolation
        }
        return listings
    }

    package func statistics() async throws -> SpawnerStatistics {
        guard case .statistics(let statistics) = try await request(SessionKey(high: 0, low: 0), .statistics).body else {
            throw SpawnerClientError.protocolViolation
        }
        return statistics
    }

    private func incarnation(_ key: SessionKey, _ action: SpawnerRequest.Action) async throws -> Incarnation {
        let answer = try await request(key, action)
        guard case .incarnation(let description, let roles) = answer.body, roles.count == answer.descriptors.count,
            Set(roles).count == roles.count,
            let incarnation = Incarnation(
                description, Dictionary(uniqueKeysWithValues: zip(roles, answer.descriptors)))
        else { throw SpawnerClientError.protocolViolation }
        return incarnation
    }

    private func link(_ key: SessionKey, _ action: SpawnerRequest.Action) async throws -> CommandLink {
        let answer = try await request(key, action)
        guard case .command(let description, let roles) = answer.body, roles.count == answer.descriptors.count,
            Set(roles).count == roles.count,
            let link = CommandLink(description, Dictionary(uniqueKeysWithValues: zip(roles, answer.descriptors)))
        else { throw SpawnerClientError.protocolViolation }
        return link
    }

    private func expectDone(_ key: SessionKey, _ action: SpawnerRequest.Action) async throws {
        guard case .done = try await request(key, action).body else { throw SpawnerClientError.protocolViolation }
    }

    private func request(_ key: SessionKey, _ action: SpawnerRequest.Action) async throws -> SpawnerAnswer {
        let answer = try await withCheckedThrowingContinuation { continuation in
            send(key, action, continuation)
        }
        if case .failure(let failure) = answer.body { throw SpawnerClientError.failure(failure) }
        return answer
    }

    private func send(
        _ key: SessionKey, _ action: SpawnerRequest.Action,
        _ continuation: CheckedContinuation<SpawnerAnswer, any Error>
    ) {
        let (connection, request) = state.withLock { state in
            state.lastRequest += 1
            if state.connection != nil { state.pending[state.lastRequest] = continuation }
            return (state.connection, SpawnerRequest(id: state.lastRequest, key: key, action: action))
        }
        guard let connection else { return continuation.resume(throwing: SpawnerClientError.unavailable) }
        if !connection.send(request) { take(request.id)?.resume(throwing: SpawnerClientError.unavailable) }
    }

    private func take(_ request: UInt64) -> CheckedContinuation<SpawnerAnswer, any Error>? {
        state.withLock { $0.pending.removeValue(forKey: request) }
    }

    // MARK: The receiving thread

    private func receiveForever() {
        while !state.withLock({ $0.isStopped }) {
            if let connection = try? SpawnerConnection(path: path) { serve(connection) }
            usleep(200_000)
        }
        continuation.finish()
    }

    private func serve(_ connection: SpawnerConnection) {
        let isStopped = state.withLock { state in
            state.connection = connection
            return state.isStopped
        }
        guard !isStopped else { return }
        continuation.yield(.connected)
        while let (reply, descriptors) = connection.receive() {
            deliver(SpawnerAnswer(key: reply.key, body: reply.body, descriptors: descriptors), to: reply.requestID)
        }
        disconnect()
    }

    private func deliver(_ answer: SpawnerAnswer, to request: UInt64) {
        switch answer.body {
        case .driverEnded(let incarnation, let status):
            continuation.yield(.driverEnded(answer.key, incarnation: incarnation, status))
        case .checkpointKept(let number): continuation.yield(.checkpointKept(answer.key, number))
        case .checkpointGone(let number): continuation.yield(.checkpointGone(answer.key, number))
        case .commandEnded(let number, let status): continuation.yield(.commandEnded(answer.key, number, status))
        default: take(request)?.resume(returning: answer)
        }
    }

    private func disconnect() {
        let pending = state.withLock { state in
            state.connection = nil
            defer { state.pending = [:] }
            return state.pending
        }
        for continuation in pending.values { continuation.resume(throwing: SpawnerClientError.unavailable) }
        continuation.yield(.disconnected)
    }
}

/// A reply with its descriptors.
struct SpawnerAnswer: Sendable {
    let key: SessionKey
    let body: SpawnerReply.Body
    let descriptors: [Descriptor]
}
