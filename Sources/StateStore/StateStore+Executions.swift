// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import GRDB

extension StateStore {
    /// Journals an accepted execution: allots its number within the session and counts it there. Returns the record
    /// with its number. Queued when it has no `start`, running when it has.
    package func insertExecution(_ record: ExecutionRecord) throws(StateStoreError) -> ExecutionRecord {
        try fold()
        let record = try write { database in
            var record = record
            record.number = try ExecutionRecord.allotNumber(for: record, in: database)
            try record.insert(into: database)
            return record
        }
        executionLog.setNumber(nil, session: record.sessionID)
        return record
    }

    /// Turns a queued execution into a running one. The incarnation and the nonce are those it starts with.
    package func startExecution(
        _ id: String,
        incarnation: Int64,
        nonce: [UInt8],
        start: ExecutionStart
    ) throws(StateStoreError) {
        try fold()
        try write { database in
            let count = try database.run(
                """
                UPDATE executions SET state = 'running', incarnation = ?, nonce = ?, started_at = ?, boot_id = ?,
                    started_boottime = ?, deadline_boottime = ? WHERE id = ? AND state = 'queued'
                """,
                [
                    incarnation, Data(nonce), start.startedAt, start.bootID, start.startedBoottime,
                    start.deadlineBoottime, id,
                ])
            guard count > 0 else { throw StateStoreError.notOpen(id) }
        }
    }

    /// Writes the result of a queued or running execution and drops its standard input.
    package func finishExecution(_ id: String, _ finish: ExecutionFinish) throws(StateStoreError) {
        try fold()
        try write { try ExecutionRecord.finish(id, finish, in: $0) }
    }

    package func execution(_ id: String) throws(StateStoreError) -> ExecutionRecord? {
        try fold()
        return try read { try ExecutionRecord.one("id = ?", id, in: $0) }
    }

    /// The execution that an idempotent request made.
    package func execution(idempotency: String) throws(StateStoreError) -> ExecutionRecord? {
        try read { try ExecutionRecord.one("idempotency = ?", idempotency, in: $0) }
    }

    /// A session's executions by their number; the code of finished ones only `withCode`.
    package func executions(
        session: String,
        after cursor: Cursor? = nil,
        limit: Int,
        withCode: Bool = false
    ) throws(StateStoreError) -> Page<ExecutionRecord> {
        try cursor?.require(.executions)
        try fold()
        return try read { database in
            try Page.fetch(
                limit: limit,
                cursor: { Cursor(list: .executions, order: $0.number) },
                rows: {
                    try ExecutionRecord.page(
                        session: session, after: cursor, count: $0, withCode: withCode, in: database)
                }
            )
        }
    }

    /// Executions that have not finished, in the order in which they were accepted: for recovery.
    package func openExecutions() throws(StateStoreError) -> [ExecutionRecord] {
        try fold()
        return try read { try ExecutionRecord.open(in: $0) }
    }

    /// Ends every open execution that is not in `survivors`, in one transaction: what a restart of the host does.
    /// `finish` makes the result of each. Returns the records as they were before.
    @discardableResult
    package func markHostRestart(
        except survivors: Set<String>,
        finish: (ExecutionRecord) throws -> ExecutionFinish
    ) throws(StateStoreError) -> [ExecutionRecord] {
        try fold()
        return try write { database in
            let ended = try ExecutionRecord.open(in: database).filter { !survivors.contains($0.id) }
            for record in ended {
                try ExecutionRecord.finish(record.id, try finish(record), in: database)
            }
            return ended
        }
    }
}

extension StateStoreError {
    static func notOpen(_ id: String) -> StateStoreError {
        StateStoreError(
            .conflict,
            "execution \(id) does not exist or is past this change",
            remedy: "read the execution again; its state has moved on"
        )
    }
}
