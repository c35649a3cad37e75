// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import Logging
import ObjectStore
import Platform
import StateStore

/// One attempt to bring one content into the object store, and what follows from its outcome.
struct UploadAttempt: Sendable {
    /// For what may pass by itself.
    private static let soon = BackOff(first: 1_000, most: 300_000)
    /// For what somebody has to put right: wrong keys, a missing bucket.
    private static let later = BackOff(first: 30_000, most: 1_800_000)

    let store: any ObjectStore
    let state: StateStore
    let spool: Spool
    let pool: BlockingPool
    let events: StoredEvents
    let logger: Logger

    func perform(_ record: OutboxRecord) async {
        do {
            guard let digest = ContentDigest(hex: record.sha256) else { throw UploadFailure.notADigest }
            try await bring(record, digest)
            try await confirm(record, digest)
        } catch is CancellationError {
            return
        } catch {
            await note(error, record)
        }
    }

    /// The object store has the bytes when this returns.
    private func bring(_ record: OutboxRecord, _ digest: ContentDigest) async throws {
        let key = ObjectKey.artifact(digest)
        let spool = spool
        guard let file = try await pool.run({ try spool.open(digest) }) else {
            guard try await store.head(key)?.size == record.size else { throw UploadFailure.lost }
            return
        }
        let body = ObjectBody(file: file, size: record.size, digest: digest)
        do {
            _ = try await store.put(key, body, contentType: record.mime)
        } catch let error as ObjectStoreError where error.code == .integrity {
            let found = try await pool.run { try FileTransfer.digest(file).digest }
            throw found == digest ? error : UploadFailure.damaged
        }
    }

    /// The row first: a spool file without a row that needs it is harmless, the opposite is a loss.
    private func confirm(_ record: OutboxRecord, _ digest: ContentDigest) async throws {
        let (state, spool) = (state, spool)
        try await pool.run {
            try state.markUploadStored(digest.hex)
            if spool.remove(digest) { spool.budget.release(record.size) }
        }
        events.send(digest)
    }

    private func note(_ error: any Error, _ record: OutboxRecord) async {
        logger.warning("an upload failed", metadata: ["sha256": "\(record.sha256)", "cause": "\(error)"])
        let (state, backOff) = (state, Self.backOff(after: error))
        do {
            _ = try await pool.run {
                let now = CaptureClock.milliseconds()
                return try state.markUploadFailed(record.sha256, error: "\(error)", now: now, retrying: backOff)
            }
        } catch {
            logger.error("cannot note that an upload failed", metadata: ["cause": "\(error)"])
        }
    }

    private static func backOff(after error: any Error) -> BackOff? {
        if error is UploadFailure { return nil }
        guard let error = error as? ObjectStoreError else { return soon }
        return error.transient && error.code != .accessDenied ? soon : later
    }
}

/// What no later attempt can change.
enum UploadFailure: Error, CustomStringConvertible {
    case lost
    case damaged
    case notADigest

    var description: String {
        switch self {
        case .lost: "the spool file is gone and the object store does not have the bytes; run the code again"
        case .damaged: "the spool file was damaged after it was written; check the disk that holds the spool"
        case .notADigest: "the outbox row does not name a SHA-256; restore the state database"
        }
    }
}
