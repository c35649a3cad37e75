// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import GRDB

extension ArtifactRecord {
    private static let columns = "id, session_id, execution_id, path, sha256, size, mime, state, reason, created_at"

    static func page(
        _ column: String,
        _ value: String,
        after cursor: Cursor?,
        count: Int,
        in database: Database
    ) throws -> [ArtifactRecord] {
        let sql = "SELECT \(columns) FROM artifacts WHERE \(column) = ? AND id > ? ORDER BY id LIMIT ?"
        return try database.all(sql, [value, cursor?.order ?? 0, count], decode)
    }

    static func newest(sha256: String, in database: Database) throws -> ArtifactRecord? {
        let sql = "SELECT \(columns) FROM artifacts WHERE sha256 = ? ORDER BY id DESC LIMIT 1"
        return try database.first(sql, [sha256], decode)
    }

    /// Inserts the row; content that the object store has already makes it `stored` at once.
    func inserted(into database: Database) throws -> ArtifactRecord {
        var record = self
        if state == .captured, let sha256, try OutboxRecord.one(sha256, in: database)?.state == .stored {
            record.state = .stored
        }
        try database.run(
            """
            INSERT INTO artifacts (session_id, execution_id, path, sha256, size, mime, state, reason, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                sessionID, executionID, Data(path), sha256, size, mime, record.state.rawValue, reason, createdAt,
            ])
        record.id = database.lastInsertedRowID
        return record
    }

    private static func decode(_ columns: inout ColumnReader) throws -> ArtifactRecord {
        let id: Int64 = try columns.next()
        var record = ArtifactRecord(
            sessionID: try columns.next(),
            executionID: try columns.next(),
            path: try columns.nextBytes(),
            sha256: try columns.nextIfPresent(),
            size: try columns.next(),
            mime: try columns.nextIfPresent(),
            state: try columns.nextCase(),
            reason: try columns.nextIfPresent(),
            createdAt: try columns.next()
        )
        record.id = id
        return record
    }
}

extension ManifestEntry {
    static func all(session: String, in database: Database) throws -> [ManifestEntry] {
        let sql = """
            SELECT path, device, inode, size, mtime_ns, ctime_ns, sha256 FROM manifest
            WHERE session_id = ? ORDER BY path
            """
        return try database.all(sql, [session]) { columns in
            ManifestEntry(
                path: try columns.nextBytes(),
                device: try columns.nextUnsigned(),
                inode: try columns.nextUnsigned(),
                size: try columns.next(),
                modifiedNanoseconds: try columns.next(),
                changedNanoseconds: try columns.next(),
                sha256: try columns.nextIfPresent()
            )
        }
    }

    fileprivate func write(for session: String, in database: Database) throws {
        try database.run(
            """
            INSERT OR REPLACE INTO manifest (session_id, path, device, inode, size, mtime_ns, ctime_ns, sha256)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                session, Data(path), Int64(bitPattern: device), Int64(bitPattern: inode), size,
                modifiedNanoseconds, changedNanoseconds, sha256,
            ])
    }
}

extension ManifestChange {
    func apply(to session: String, in database: Database) throws {
        for path in removed {
            try database.run("DELETE FROM manifest WHERE session_id = ? AND path = ?", [session, Data(path)])
        }
        for entry in changed {
            try entry.write(for: session, in: database)
        }
    }
}
