// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import GRDB

extension OutboxRecord {
    private static let columns = "sha256, size, mime, state, attempts, next_attempt_at, last_error, spool_name"

    static func one(_ sha256: String, in database: Database) throws -> OutboxRecord? {
        try database.first("SELECT \(columns) FROM outbox WHERE sha256 = ?", [sha256], decode)
    }

    static func claim(now: Int64, limit: Int, in database: Database) throws -> [OutboxRecord] {
        let due = try database.all(
            """
            SELECT \(columns) FROM outbox WHERE state = 'pending' AND next_attempt_at <= ?
            ORDER BY next_attempt_at LIMIT ?
            """,
            [now, max(limit, 0)], decode)
        return try due.map { record in
            var record = record
            record.state = .uploading
            try record.update(in: database)
            return record
        }
    }

    /// Inserts the upload. The same content is kept once: a row that waits or is stored stays as it is, one that was
    /// given up starts anew with the new file.
    func enqueue(in database: Database) throws -> OutboxInsertion {
        if let known = try Self.one(sha256, in: database), known.state != .failed { return .known(known) }
        try database.run(
            "INSERT OR REPLACE INTO outbox (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [sha256, size, mime, state.rawValue, attempts, nextAttemptAt, lastError, spoolName])
        return .queued
    }

    func update(in database: Database) throws {
        try database.run(
            "UPDATE outbox SET state = ?, attempts = ?, next_attempt_at = ?, last_error = ? WHERE sha256 = ?",
            [state.rawValue, attempts, nextAttemptAt, lastError, sha256])
    }

    private static func decode(_ columns: inout ColumnReader) throws -> OutboxRecord {
        let sha256: String = try columns.next()
        let size: Int64 = try columns.next()
        let mime: String = try columns.next()
        let state: State = try columns.nextCase()
        let attempts: Int64 = try columns.next()
        let nextAttemptAt: Int64 = try columns.next()
        let lastError: String? = try columns.nextIfPresent()
        var record = OutboxRecord(
            sha256: sha256,
            size: size,
            mime: mime,
            spoolName: try columns.next(),
            nextAttemptAt: nextAttemptAt
        )
        record.state = state
        record.attempts = attempts
        record.lastError = lastError
        return record
    }
}

extension OutboxCounts {
    static func all(in database: Database) throws -> OutboxCounts {
        let sql = "SELECT state, count(*), sum(size) FROM outbox WHERE state <> 'stored' GROUP BY state"
        let groups = try database.all(sql, []) { columns in
            let state: OutboxRecord.State = try columns.nextCase()
            return (state, Tally(count: try columns.next(), bytes: try columns.next()))
        }
        let tallies = Dictionary(uniqueKeysWithValues: groups)
        let pending = tallies[.pending] ?? Tally()
        let uploading = tallies[.uploading] ?? Tally()
        let failed = tallies[.failed] ?? Tally()
        return OutboxCounts(
            pending: pending.count,
            pendingBytes: pending.bytes,
            uploading: uploading.count,
            uploadingBytes: uploading.bytes,
            failed: failed.count,
            failedBytes: failed.bytes,
            lastError: try lastError(in: database)
        )
    }

    private struct Tally {
        var count: Int64 = 0
        var bytes: Int64 = 0
    }

    private static func lastError(in database: Database) throws -> String? {
        let sql = """
            SELECT last_error FROM outbox WHERE state <> 'stored' AND last_error IS NOT NULL
            ORDER BY next_attempt_at DESC LIMIT 1
            """
        return try database.first(sql, []) { try $0.next() }
    }
}
