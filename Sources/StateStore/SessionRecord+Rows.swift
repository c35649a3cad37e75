// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import GRDB

extension SessionRecord {
    private static let columns = """
        id, key, name, image, storage, limits, metadata, owner_uid, state, incarnation, created_at, \
        last_activity_at, executions, artifacts, deleted_at, creation, checkpoint
        """

    static func one(_ id: String, in database: Database) throws -> SessionRecord? {
        try database.first("SELECT \(columns) FROM sessions WHERE id = ?", [id], decode)
    }

    static func live(named name: String, in database: Database) throws -> SessionRecord? {
        let sql = "SELECT \(columns) FROM sessions WHERE name = ? AND deleted_at IS NULL"
        return try database.first(sql, [name], decode)
    }

    /// A negative count means all of them.
    static func page(after cursor: Cursor?, count: Int, in database: Database) throws -> [SessionRecord] {
        let sql = """
            SELECT \(columns) FROM sessions WHERE deleted_at IS NULL AND (created_at, id) > (?, ?)
            ORDER BY created_at, id LIMIT ?
            """
        return try database.all(sql, [cursor?.order ?? Int64.min, cursor?.id ?? "", count], decode)
    }

    func insert(into database: Database) throws {
        try database.run(
            """
            INSERT INTO sessions (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                id, Data(key), name, image, storage, limits, metadata, ownerUID, state, incarnation, createdAt,
                lastActivityAt, executions, artifacts, deletedAt, creation, checkpoint,
            ])
    }

    private static func decode(_ columns: inout ColumnReader) throws -> SessionRecord {
        var record = SessionRecord(
            id: try columns.next(),
            key: try columns.nextBytes(),
            name: try columns.nextIfPresent(),
            image: try columns.next(),
            storage: try columns.next(),
            limits: try columns.next(),
            metadata: try columns.next(),
            ownerUID: try columns.next(),
            state: try columns.next(),
            incarnation: try columns.next(),
            createdAt: try columns.next()
        )
        record.lastActivityAt = try columns.next()
        record.executions = try columns.next()
        record.artifacts = try columns.next()
        record.deletedAt = try columns.nextIfPresent()
        record.creation = try columns.nextIfPresent()
        record.checkpoint = try columns.next()
        return record
    }
}
