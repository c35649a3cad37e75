// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// An upload's row: content that must reach the object store. It stays when it is stored, so that the same bytes
/// are not uploaded twice.
package struct OutboxRecord: Sendable, Equatable {
    package enum State: String, Sendable {
        /// Waits for its time.
        case pending
        /// Claimed by the uploader.
        case uploading
        case stored
        /// Given up; only `retryFailedUploads` brings it back.
        case failed
    }

    /// Lower-case hex.
    package var sha256: String
    package var size: Int64
    package var mime: String
    package var state: State
    /// Attempts that have failed.
    package var attempts: Int64
    /// Milliseconds since 1970 in UTC.
    package var nextAttemptAt: Int64
    package var lastError: String?
    /// The file's name in the spool.
    package var spoolName: String

    package init(sha256: String, size: Int64, mime: String, spoolName: String, nextAttemptAt: Int64) {
        self.sha256 = sha256
        self.size = size
        self.mime = mime
        self.state = .pending
        self.attempts = 0
        self.nextAttemptAt = nextAttemptAt
        self.lastError = nil
        self.spoolName = spoolName
    }
}

/// What the object store does not have yet, in numbers, for status and metrics.
package struct OutboxCounts: Sendable, Equatable {
    package var pending: Int64
    package var pendingBytes: Int64
    package var uploading: Int64
    package var uploadingBytes: Int64
    package var failed: Int64
    package var failedBytes: Int64
    /// The error of the upload that failed last.
    package var lastError: String?
}

/// What happened to one content of a recorded capture.
package enum OutboxInsertion: Sendable, Equatable {
    /// The row is new, or a failed one was revived: the spool file of the capture is the one to upload.
    case queued
    /// The same bytes wait or are stored already: the capture's own spool file may go if it has another name.
    case known(OutboxRecord)
}

/// Exponential back-off between attempts, in milliseconds.
package struct BackOff: Sendable, Equatable {
    package var first: Int64
    package var most: Int64

    package init(first: Int64 = 1_000, most: Int64 = 300_000) {
        self.first = max(1, first)
        self.most = max(self.first, most)
    }

    /// The pause after so many failed attempts: `first`, doubled each time, at most `most`.
    package func delay(afterAttempts attempts: Int64) -> Int64 {
        let doublings = min(max(attempts - 1, 0), 40)
        let (product, overflow) = first.multipliedReportingOverflow(by: 1 << doublings)
        return overflow ? most : min(product, most)
    }
}
