// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import Driver
import FoundationEssentials
import Platform
import StateStore

/// The state store from where threads must not block.
///
/// Everything that changes executions goes through one thread, in the order in which it was asked for: an execution is
/// not sent before the result of the one before it has been written.
struct Journal: Sendable {
    let store: StateStore
    let blocking: BlockingPool
    /// One thread.
    let writer: BlockingPool

    // MARK: Executions

    /// An execution that is in the journal: its number within its session, and what the socket did not take of it.
    struct Insertion: Sendable {
        var number: Int64
        var rest: ArraySlice<[UInt8]>
    }

    /// Journals the execution, and then, if there is a `delivery`, sends it from the journal's own thread: the driver
    /// begins without waiting for the session's. `done` is called on that thread.
    func insert(
        _ record: ExecutionRecord, delivery: Delivery?,
        done: @escaping @Sendable (Result<Insertion, any Error>) -> Void
    ) {
        writer.post { [store] in
            done(
                Result {
                    let number = try store.beginExecution(record)
                    return Insertion(number: number, rest: delivery?.send(number) ?? [])
                })
        }
    }

    nonisolated(nonsending) func start(
        _ execution: ExecutionID, incarnation: Int64, nonce: [UInt8], start: ExecutionStart
    ) async throws {
        try await writer.run { [store] in
            try store.startExecution(execution.description, incarnation: incarnation, nonce: nonce, start: start)
        }
    }

    /// Writes the result. `done` is called on the journal's thread.
    func finish(
        _ execution: Execution, records: Int64, done: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        writer.post { [store] in
            done(
                Result {
                    try store.endExecution(execution.id.description, try execution.finish(records: records))
                })
        }
    }

    func finish(_ execution: Execution, records: Int64) async throws {
        try await withCheckedThrowingContinuation { continuation in
            finish(execution, records: records) { continuation.resume(with: $0) }
        }
    }

    func execution(_ id: ExecutionID) async throws -> ExecutionRecord? {
        try await blocking.run { [store] in try store.execution(id.description) }
    }

    func execution(idempotency: String) async throws -> ExecutionRecord? {
        try await blocking.run { [store] in try store.execution(idempotency: idempotency) }
    }

    func executions(of session: SessionID, page: PageQuery) async throws -> Page<ExecutionRecord> {
        try await blocking.run { [store] in
            try store.executions(
                session: session.description, after: try page.cursor.map { try Cursor(text: $0) }, limit: page.limit)
        }
    }

    /// One execution with its code: that behind the cursor.
    func withCode(_ session: SessionID, after cursor: Cursor?) async throws -> Page<ExecutionRecord> {
        try await blocking.run { [store] in
            try store.executions(session: session.description, after: cursor, limit: 1, withCode: true)
        }
    }

    func openExecutions() async throws -> [ExecutionRecord] {
        try await blocking.run { [store] in try store.openExecutions() }
    }

    // MARK: Sessions

    func create(_ record: SessionRecord) async throws -> SessionCreation {
        try await blocking.run { [store] in try store.createSession(record) }
    }

    func session(_ id: SessionID) async throws -> SessionRecord? {
        try await blocking.run { [store] in try store.session(id.description) }
    }

    func session(named name: String) async throws -> SessionRecord? {
        try await blocking.run { [store] in try store.session(named: name) }
    }

    func sessions(_ page: PageQuery) async throws -> Page<SessionRecord> {
        try await blocking.run { [store] in
            try store.sessions(after: try page.cursor.map { try Cursor(text: $0) }, limit: page.limit)
        }
    }

    func liveSessions() async throws -> [SessionRecord] {
        try await blocking.run { [store] in try store.liveSessions() }
    }

    nonisolated(nonsending) func update(
        _ session: SessionID, state: SessionState, incarnation: Int, creation: SessionCreationReport? = nil
    ) async throws {
        try await blocking.run { [store] in
            try store.updateSession(
                session.description, state: state.rawValue, incarnation: Int64(incarnation),
                creation: try creation.map { try JSONEncoder().encode($0) })
        }
    }
}

/// An execution on its way to its driver, by the socket on which it has been reserved.
struct Delivery: Sendable {
    let socket: Descriptor
    let nonce: Nonce
    let code: String
    let stdin: String?

    fileprivate func send(_ number: Int64) -> ArraySlice<[UInt8]> {
        let request = DriverRequest.execute(code: code, number: UInt64(clamping: number), stdin: stdin)
        return DriverPort.sendNow(request.packets(nonce: nonce) ?? [], to: socket)
    }
}

extension Execution {
    fileprivate func finish(records: Int64) throws -> ExecutionFinish {
        ExecutionFinish(
            status: status?.rawValue ?? ExecutionStatus.lost.rawValue,
            finishedAt: finishedAt?.milliseconds ?? WallClock.now(), incarnation: Int64(incarnation),
            result: try StoredResult(execution: self, records: records).encoded())
    }
}
