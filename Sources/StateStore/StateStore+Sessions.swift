// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import FoundationEssentials
import GRDB

extension StateStore {
    /// Inserts the session, unless a live session has its name already: then nothing is written and that one is
    /// returned.
    package func createSession(_ record: SessionRecord) throws(StateStoreError) -> SessionCreation {
        let creation: SessionCreation = try write { database in
            if let name = record.name, let existing = try SessionRecord.live(named: name, in: database) {
                return .existing(existing)
            }
            try record.insert(into: database)
            return .created
        }
        if creation == .created { executionLog.setNumber(0, session: record.id) }
        return creation
    }

    /// A session by its id. Deleted ones are found only when asked for.
    package func session(_ id: String, includingDeleted: Bool = false) throws(StateStoreError) -> SessionRecord? {
        try fold()
        return try read { database in
            let record = try SessionRecord.one(id, in: database)
            return record?.deletedAt == nil || includingDeleted ? record : nil
        }
    }

    /// The live session with the caller's own name.
    package func session(named name: String) throws(StateStoreError) -> SessionRecord? {
        try read { try SessionRecord.live(named: name, in: $0) }
    }

    /// Live sessions, oldest first.
    package func sessions(after cursor: Cursor? = nil, limit: Int) throws(StateStoreError) -> Page<SessionRecord> {
        try cursor?.require(.sessions)
        return try read { database in
            try Page.fetch(
                limit: limit,
                cursor: { Cursor(list: .sessions, order: $0.createdAt, id: $0.id) },
                rows: { try SessionRecord.page(after: cursor, count: $0, in: database) }
            )
        }
    }

    /// All live sessions, oldest first: for recovery.
    package func liveSessions() throws(StateStoreError) -> [SessionRecord] {
        try fold()
        return try read { try SessionRecord.page(after: nil, count: -1, in: $0) }
    }

    /// Writes the session's state and the number of its incarnation, and, if given, how it was made.
    package func updateSession(
        _ id: String, state: String, incarnation: Int64, creation: Data? = nil
    ) throws(StateStoreError) {
        try update(id, "state = ?, incarnation = ?, creation = coalesce(?, creation)", [state, incarnation, creation])
    }

    /// Notes that the session was used. Never goes back.
    package func touchSession(_ id: String, at time: Int64) throws(StateStoreError) {
        try update(id, "last_activity_at = max(last_activity_at, ?)", [time])
    }

    /// Marks the session as deleted and drops its manifest. Its row stays as a tombstone, its name becomes free.
    /// False when there is no such live session.
    @discardableResult
    package func deleteSession(_ id: String, at time: Int64) throws(StateStoreError) -> Bool {
        executionLog.setNumber(nil, session: id)
        try fold()
        return try write { database in
            let count = try database.run(
                "UPDATE sessions SET deleted_at = ?, state = 'deleted' WHERE id = ? AND deleted_at IS NULL",
                [time, id])
            try database.run("DELETE FROM manifest WHERE session_id = ?", [id])
            try database.run("UPDATE executions SET code = NULL WHERE session_id = ? AND code IS NOT NULL", [id])
            return count > 0
        }
    }

    private func update(
        _ id: String,
        _ assignments: String,
        _ values: [(any DatabaseValueConvertible)?]
    ) throws(StateStoreError) {
        try write { database in
            let sql = "UPDATE sessions SET \(assignments) WHERE id = ? AND deleted_at IS NULL"
            guard try database.run(sql, values + [id]) > 0 else { throw StateStoreError.noSession(id) }
        }
    }
}

extension StateStoreError {
    static func noSession(_ id: String) -> StateStoreError {
        StateStoreError(.notFound, "there is no live session \(id)", remedy: "list the sessions, or create one")
    }
}
