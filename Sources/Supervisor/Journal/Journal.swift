// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import StateStore

/// The state store from where threads must not block.
struct Journal: Sendable {
    let store: StateStore
    let blocking: BlockingPool

    // MARK: Executions

    /// Returns the number of the execution within its session.
    nonisolated(nonsending) func insert(_ record: ExecutionRecord) async throws -> Int64 {
        try await blocking.run { [store] in try store.insertExecution(record).number }
    }

    nonisolated(nonsending) func start(
        _ execution: ExecutionID, incarnation: Int64, nonce: [UInt8], start: ExecutionStart
    ) async throws {
        try await blocking.run { [store] in
            try store.startExecution(execution.description, incarnation: incarnation, nonce: nonce, start: start)
        }
    }

    nonisolated(nonsending) func finish(_ execution: Execution, records: Int64) async throws {
        try await blocking.run { [store] in
            try store.finishExecution(execution.id.description, try execution.finish(records: records))
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

    nonisolated(nonsending) func update(_ session: SessionID, state: SessionState, incarnation: Int) async throws {
        try await blocking.run { [store] in
            try store.updateSession(session.description, state: state.rawValue, incarnation: Int64(incarnation))
        }
    }

    nonisolated(nonsending) func delete(_ session: SessionID) async throws {
        _ = try await blocking.run { [store] in try store.deleteSession(session.description, at: WallClock.now()) }
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
