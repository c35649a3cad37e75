// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Blocking
package import CloisterAPI
import ObjectStore
import StateStore

extension SessionManager {
    package func run(
        _ request: ExecuteRequest, in session: SessionID, caller: Caller, idempotency: CloisterAPI.IdempotentRequest?
    ) async throws -> Execution {
        guard idempotency == nil else {
            let feed = try await submit(request, in: session, idempotency).feed
            return try await result(of: feed, for: request)
        }
        let live = try find(session)
        try check(request)
        let execution = try await newExecution(request, in: session)
        live.submitLater(execution, policy: request.queue)
        return try await result(of: execution.feed, for: request)
    }

    /// The finished execution; of one that may be detached, what it is when its time is over.
    private func result(of feed: ExecutionFeed, for request: ExecuteRequest) async throws -> Execution {
        guard request.onTimeout == .detach else { return try await feed.result() }
        return try await withThrowingTaskGroup(of: Execution?.self) { group in
            group.addTask { try await feed.result() }
            group.addTask {
                try await Task.sleep(for: .seconds(request.timeoutSeconds))
                return nil
            }
            defer { group.cancelAll() }
            if let first = try await group.next(), let finished = first { return finished }
            return try await execution(feed.id, in: feed.session)
        }
    }

    package func start(
        _ request: ExecuteRequest, in session: SessionID, caller: Caller, idempotency: CloisterAPI.IdempotentRequest?
    ) async throws -> Execution {
        let (feed, description) = try await submit(request, in: session, idempotency)
        return try feed.snapshot.outcome?.get() ?? description
    }

    package func execution(_ id: ExecutionID, in session: SessionID) async throws -> Execution {
        let live = try find(session)
        if let open = await live.openExecution(id) { return try open.feed.snapshot.outcome?.get() ?? open.description }
        return try await load(id, in: session).execution
    }

    package func executions(of session: SessionID, page: PageQuery) async throws -> ExecutionPage {
        let live = try find(session)
        let records = try await translatingCursor { try await core.journal.executions(of: session, page: page) }
        var executions: [Execution] = []
        for record in records.elements {
            guard let id = ExecutionID(record.id) else { continue }
            if let open = await live.openExecution(id) {
                executions.append(try open.feed.snapshot.outcome?.get() ?? open.description)
            } else {
                executions.append(try await refreshed(try Self.decode(record)).execution)
            }
        }
        return ExecutionPage(executions: executions, nextCursor: records.next?.text)
    }

    package func events(
        of execution: ExecutionID, in session: SessionID, after: Int64
    ) async throws -> PullStream<[ExecutionEvent]> {
        let reader = EventReader(try await feed(of: execution, in: session), after: after, blocking: core.blocking)
        return PullStream { try await reader.next() }
    }

    package func output(
        _ stream: OutputStream, of execution: ExecutionID, in session: SessionID
    ) async throws -> Content {
        let feed = try await feed(of: execution, in: session)
        let content = OutputContent(stream: stream, progress: feed.snapshot.progress, blocking: core.blocking)
        return try await content.content(fileName: "\(execution).\(stream.rawValue)")
    }

    package func interrupt(_ id: ExecutionID, in session: SessionID, caller: Caller) async throws -> Execution {
        _ = try await find(session).interrupt(id)
        return try await execution(id, in: session)
    }

    // MARK: Submitting

    private func submit(
        _ request: ExecuteRequest, in session: SessionID, _ idempotency: CloisterAPI.IdempotentRequest?
    ) async throws -> (feed: ExecutionFeed, description: Execution) {
        let live = try find(session)
        try check(request)
        let execution = try await newExecution(request, in: session)
        guard let idempotency else {
            let submitted = try await live.submit(execution, policy: request.queue, idempotency: nil)
            return (submitted.feed, submitted.description)
        }
        return try await submitOnce(execution, request.queue, live, idempotency)
    }

    private func check(_ request: ExecuteRequest) throws {
        guard request.timeoutSeconds <= core.settings.maximumTimeoutSeconds else {
            throw CloisterError.field("timeout_seconds", "must be at most \(core.settings.maximumTimeoutSeconds)")
        }
    }

    /// The second request with a key gets the first one's execution, also when both come at the same time.
    private func submitOnce(
        _ execution: OpenExecution, _ policy: QueuePolicy, _ live: LiveSession,
        _ idempotency: CloisterAPI.IdempotentRequest
    ) async throws -> (feed: ExecutionFeed, description: Execution) {
        let key = "\(idempotency.uid):\(idempotency.key)"
        if let known = try await repeated(key, execution) { return known }
        do {
            let submitted = try await live.submit(execution, policy: policy, idempotency: key)
            return (submitted.feed, submitted.description)
        } catch let error as StateStoreError where error.code == .conflict {
            guard let known = try await repeated(key, execution) else { throw error }
            return known
        }
    }

    private func repeated(
        _ key: String, _ execution: OpenExecution
    ) async throws -> (feed: ExecutionFeed, description: Execution)? {
        guard let record = try await core.journal.execution(idempotency: key), let id = ExecutionID(record.id),
            let session = SessionID(record.sessionID)
        else { return nil }
        let wanted = execution.record(idempotency: key)
        guard record.sessionID == wanted.sessionID, record.codeSHA256 == wanted.codeSHA256,
            record.timeoutMilliseconds == wanted.timeoutMilliseconds, record.onTimeout == wanted.onTimeout
        else { throw CloisterError.idempotencyConflict(key) }
        return (try await feed(of: id, in: session), try await self.execution(id, in: session))
    }

    private func newExecution(_ request: ExecuteRequest, in session: SessionID) async throws -> OpenExecution {
        var generator = SystemRandomNumberGenerator()
        guard let id = ExecutionID(node: core.settings.node, using: &generator) else {
            throw CloisterError.internalError(DamagedRow(what: "node name \(core.settings.node)"))
        }
        var execution = OpenExecution(
            id: id, session: session, code: request.code, codeSHA256: try await digest(of: request.code),
            timeoutSeconds: request.timeoutSeconds, createdAt: WallClock.now())
        (execution.stdin, execution.onTimeout) = (request.stdin, request.onTimeout)
        return execution
    }

    /// Short code is hashed at once, in a fraction of what a change of threads costs.
    private func digest(of code: String) async throws -> String {
        let bytes = Array(code.utf8)
        guard bytes.count > 64 << 10 else { return try ContentDigest.of(bytes).hex }
        return try await core.blocking.run { try ContentDigest.of(bytes).hex }
    }

    // MARK: Reading the journal

    private func load(_ id: ExecutionID, in session: SessionID) async throws -> StoredResult {
        guard let record = try await core.journal.execution(id), record.sessionID == session.description else {
            throw CloisterError.executionNotFound(id)
        }
        return try await refreshed(try Self.decode(record))
    }

    static func decode(_ record: ExecutionRecord) throws -> StoredResult {
        if let result = record.result { return try StoredResult.decode(result) }
        return StoredResult(execution: try OpenExecution(record).description, records: 0)
    }

    private func refreshed(_ result: StoredResult) async throws -> StoredResult {
        try await withCurrentArtifacts(try await withDisplays(result))
    }

    /// They have moved on since the result was written.
    func withCurrentArtifacts(_ result: StoredResult) async throws -> StoredResult {
        var stored = result
        guard stored.execution.artifacts.contains(where: { $0.state == .captured }) else { return stored }
        let page = try await core.artifacts.artifacts(
            execution: stored.execution.id.description, limit: PageQuery.maximumLimit)
        let now = page.artifacts.compactMap { CloisterAPI.Artifact($0) }
        for (index, artifact) in stored.execution.artifacts.enumerated() {
            guard let current = now.first(where: { $0.path == artifact.path && $0.sha256 == artifact.sha256 }) else {
                continue
            }
            stored.execution.artifacts[index] = current
        }
        return stored
    }

    private func withDisplays(_ result: StoredResult) async throws -> StoredResult {
        guard result.displays != nil else { return result }
        var result = result
        let (outputs, id, session) = (core.outputs, result.execution.id, result.execution.sessionID)
        let records = result.records
        result.execution.displays = try await core.blocking.run {
            guard let file = try outputs.open(id.description, in: session) else { return [] }
            return try LogProgress(file: file, length: .max, records: records).displays()
        }
        return result
    }

    private func feed(of id: ExecutionID, in session: SessionID) async throws -> ExecutionFeed {
        if let open = await (try find(session)).openExecution(id) { return open.feed }
        let stored = try await load(id, in: session)
        var snapshot = ExecutionFeed.Snapshot()
        snapshot.isStarted = true
        snapshot.outcome = .success(stored.execution)
        let outputs = core.outputs
        if stored.records > 0, let file = try await core.blocking.run({ try outputs.open(id.description, in: session) })
        {
            snapshot.progress = .init(file: file, length: .max, records: stored.records)
        }
        return ExecutionFeed(id, in: session, snapshot: snapshot)
    }
}

extension LiveSession {
    func openExecution(_ id: ExecutionID) -> OpenExecution? { open[id] }
}

extension CloisterError {
    static func idempotencyConflict(_ key: String) -> Self {
        Self(
            .idempotencyConflict, "The idempotency key \(key) belongs to another request.",
            remedy: "Use a new key for a new request.")
    }
}
