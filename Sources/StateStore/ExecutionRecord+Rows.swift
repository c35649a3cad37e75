// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import GRDB

extension ExecutionRecord {
    private static let columns = """
        id, session_id, number, incarnation, nonce, state, code_sha256, code, timeout_ms, created_at, started_at, \
        boot_id, started_boottime, deadline_boottime, finished_at, status, result, idempotency, stdin, on_timeout
        """
    /// The same without the code of finished executions, which may be large.
    private static let briefColumns = columns.replacing(
        " code,", with: " CASE WHEN state = 'finished' THEN NULL ELSE code END,")
    private static let insertion = """
        INTO executions (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    static func one(_ condition: String, _ value: String, in database: Database) throws -> ExecutionRecord? {
        try database.first("SELECT \(columns) FROM executions WHERE \(condition)", [value], decode)
    }

    static func page(
        session: String,
        after cursor: Cursor?,
        count: Int,
        withCode: Bool,
        in database: Database
    ) throws -> [ExecutionRecord] {
        let columns = withCode ? columns : briefColumns
        let sql = "SELECT \(columns) FROM executions WHERE session_id = ? AND number > ? ORDER BY number LIMIT ?"
        return try database.all(sql, [session, cursor?.order ?? 0, count], decode)
    }

    static func open(in database: Database) throws -> [ExecutionRecord] {
        let sql = "SELECT \(columns) FROM executions WHERE state <> 'finished' ORDER BY sequence"
        return try database.all(sql, [], decode)
    }

    static func allotNumber(for record: ExecutionRecord, in database: Database) throws -> Int64 {
        let number: Int64? = try database.first(
            """
            UPDATE sessions SET executions = executions + 1, last_activity_at = max(last_activity_at, ?)
            WHERE id = ? AND deleted_at IS NULL RETURNING executions
            """,
            [record.createdAt, record.sessionID]
        ) { try $0.next() }
        guard let number else { throw StateStoreError.noSession(record.sessionID) }
        return number
    }

    func insert(into database: Database) throws {
        try database.run("INSERT " + Self.insertion, values)
    }

    /// False when there is a row with this id.
    func insertIfNew(into database: Database) throws -> Bool {
        try database.run("INSERT OR IGNORE " + Self.insertion, values) > 0
    }

    private var values: [(any DatabaseValueConvertible)?] {
        [
            id, sessionID, number, incarnation, Data(nonce), state.rawValue, codeSHA256, code,
            timeoutMilliseconds, createdAt, start?.startedAt, start?.bootID, start?.startedBoottime,
            start?.deadlineBoottime, finishedAt, status, result, idempotency, stdin, onTimeout,
        ]
    }

    static func finish(_ id: String, _ finish: ExecutionFinish, in database: Database) throws {
        guard try finishIfOpen(id, finish, in: database) else { throw StateStoreError.notOpen(id) }
    }

    @discardableResult
    static func finishIfOpen(_ id: String, _ finish: ExecutionFinish, in database: Database) throws -> Bool {
        let count = try database.run(
            """
            UPDATE executions SET state = 'finished', stdin = NULL, status = ?, finished_at = ?, incarnation = ?,
                result = ? WHERE id = ? AND state <> 'finished'
            """,
            [finish.status, finish.finishedAt, finish.incarnation, finish.result, id])
        return count > 0
    }

    private static func decode(_ columns: inout ColumnReader) throws -> ExecutionRecord {
        let id: String = try columns.next()
        let sessionID: String = try columns.next()
        let number: Int64 = try columns.next()
        let incarnation: Int64 = try columns.next()
        let nonce = try columns.nextBytes()
        let state: State = try columns.nextCase()
        let codeSHA256: String = try columns.next()
        let code: String? = try columns.nextIfPresent()
        var record = ExecutionRecord(
            id: id,
            sessionID: sessionID,
            incarnation: incarnation,
            nonce: nonce,
            codeSHA256: codeSHA256,
            code: code,
            timeoutMilliseconds: try columns.next(),
            createdAt: try columns.next(),
            start: try decodeStart(&columns)
        )
        record.number = number
        record.state = state
        record.finishedAt = try columns.nextIfPresent()
        record.status = try columns.nextIfPresent()
        record.result = try columns.nextIfPresent()
        record.idempotency = try columns.nextIfPresent()
        record.stdin = try columns.nextIfPresent()
        record.onTimeout = try columns.next()
        return record
    }

    private static func decodeStart(_ columns: inout ColumnReader) throws -> ExecutionStart? {
        let startedAt: Int64? = try columns.nextIfPresent()
        let bootID: String? = try columns.nextIfPresent()
        let startedBoottime: Int64? = try columns.nextIfPresent()
        let deadlineBoottime: Int64? = try columns.nextIfPresent()
        guard let startedAt, let bootID, let startedBoottime, let deadlineBoottime else { return nil }
        return ExecutionStart(
            startedAt: startedAt,
            bootID: bootID,
            startedBoottime: startedBoottime,
            deadlineBoottime: deadlineBoottime
        )
    }
}
