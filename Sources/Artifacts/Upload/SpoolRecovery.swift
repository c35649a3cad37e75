// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import Logging
import ObjectStore
import StateStore

/// Holds spool and outbox against each other after a start: each content that is owed to the store has its file, and
/// every file is owed.
struct SpoolRecovery: Sendable {
    let store: any ObjectStore
    let state: StateStore
    let spool: Spool
    let pool: BlockingPool
    let logger: Logger

    func run() async throws -> SpoolReport {
        let (state, spool) = (state, spool)
        var (report, missing) = try await pool.run { try Self.compare(state, spool) }
        for sha256 in missing {
            if await isStored(sha256) {
                report.confirmed.append(sha256)
            } else {
                report.lost.append(sha256)
                logger.error("a captured file is lost", metadata: ["sha256": "\(sha256)", "spool": "\(spool.path)"])
            }
        }
        return report
    }

    private static func compare(_ state: StateStore, _ spool: Spool) throws -> (SpoolReport, missing: [String]) {
        try state.releaseUploads()
        try state.retryFailedUploads(now: CaptureClock.milliseconds())
        var missing = try state.neededSpoolNames()
        var report = SpoolReport()
        for (name, size) in try spool.list() {
            if let row = try state.upload(name), row.state != .stored, row.size == size {
                missing.remove(name)
                report.pending += 1
                report.pendingBytes += size
            } else {
                spool.removeLeftover(name)
                report.leftovers += 1
            }
        }
        spool.budget.adopt(report.pendingBytes)
        return (report, missing.sorted())
    }

    /// The store may have got the bytes before the daemon died. When it cannot be asked now, the uploader asks later.
    private func isStored(_ sha256: String) async -> Bool {
        guard let digest = ContentDigest(hex: sha256) else { return false }
        do {
            let state = state
            let size = try await store.head(.artifact(digest))?.size
            return try await pool.run {
                guard let row = try state.upload(sha256), row.size == size else { return false }
                try state.markUploadStored(sha256)
                return true
            }
        } catch {
            logger.warning("cannot ask the object store", metadata: ["sha256": "\(sha256)", "cause": "\(error)"])
            return false
        }
    }
}

/// What a start found in the spool.
package struct SpoolReport: Sendable, Equatable {
    /// Files that wait for the object store.
    package var pending = 0
    package var pendingBytes: Int64 = 0
    /// Files that nobody needs, removed.
    package var leftovers = 0
    /// Contents without a file that the object store has.
    package var confirmed: [String] = []
    /// Contents without a file that it does not have, or could not be asked for.
    package var lost: [String] = []

    package init() {}
}
