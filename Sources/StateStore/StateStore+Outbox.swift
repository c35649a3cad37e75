// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import GRDB

extension StateStore {
    /// Hands out uploads whose time has come, longest due first, and marks them as `uploading`.
    package func claimUploads(now: Int64, limit: Int) throws(StateStoreError) -> [OutboxRecord] {
        try write { try OutboxRecord.claim(now: now, limit: limit, in: $0) }
    }

    /// When the next pending upload is due; nil when none is pending.
    package func nextUploadDue() throws(StateStoreError) -> Int64? {
        try read { database in
            let sql = "SELECT min(next_attempt_at) FROM outbox WHERE state = 'pending'"
            return try database.first(sql, []) { try $0.nextIfPresent() } ?? nil
        }
    }

    /// Makes every claimed upload pending again: at start, since no upload outlives its daemon.
    /// Returns how many there were.
    @discardableResult
    package func releaseUploads() throws(StateStoreError) -> Int {
        try write { try $0.run("UPDATE outbox SET state = 'pending' WHERE state = 'uploading'") }
    }

    /// The object store has confirmed the bytes: the upload and all artifacts with this content become `stored`.
    /// Durable, so that the spool's file may be removed afterwards.
    package func markUploadStored(_ sha256: String) throws(StateStoreError) {
        try writeDurably { database in
            let sql = "UPDATE outbox SET state = 'stored', last_error = NULL WHERE sha256 = ?"
            guard try database.run(sql, [sha256]) > 0 else { throw StateStoreError.noUpload(sha256) }
            try database.run(
                "UPDATE artifacts SET state = 'stored' WHERE sha256 = ? AND state = 'captured'", [sha256])
        }
    }

    /// The attempt failed. It is due again after the back-off's pause, or given up when `retrying` is nil.
    /// Returns the upload as it is now.
    @discardableResult
    package func markUploadFailed(
        _ sha256: String,
        error: String,
        now: Int64,
        retrying backOff: BackOff?
    ) throws(StateStoreError) -> OutboxRecord {
        try write { database in
            guard var record = try OutboxRecord.one(sha256, in: database) else {
                throw StateStoreError.noUpload(sha256)
            }
            record.attempts += 1
            record.lastError = error
            record.state = backOff == nil ? .failed : .pending
            record.nextAttemptAt = now + (backOff?.delay(afterAttempts: record.attempts) ?? 0)
            try record.update(in: database)
            return record
        }
    }

    /// Gives uploads that were given up another chance, due at once. Returns how many there were.
    @discardableResult
    package func retryFailedUploads(now: Int64) throws(StateStoreError) -> Int {
        try write { database in
            try database.run(
                "UPDATE outbox SET state = 'pending', attempts = 0, next_attempt_at = ? WHERE state = 'failed'",
                [now])
        }
    }

    package func upload(_ sha256: String) throws(StateStoreError) -> OutboxRecord? {
        try read { try OutboxRecord.one(sha256, in: $0) }
    }

    /// Names of the spool's files that are still needed: everything else in the spool is a leftover.
    package func neededSpoolNames() throws(StateStoreError) -> Set<String> {
        try read { database in
            let sql = "SELECT spool_name FROM outbox WHERE state <> 'stored'"
            return Set(try database.all(sql, []) { try $0.next() })
        }
    }

    package func outboxCounts() throws(StateStoreError) -> OutboxCounts {
        try read { try OutboxCounts.all(in: $0) }
    }
}

extension StateStoreError {
    static func noUpload(_ sha256: String) -> StateStoreError {
        StateStoreError(.notFound, "there is no upload of \(sha256)", remedy: "record its capture first")
    }
}
