// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The object store and the queue before it.
package struct ObjectStoreStatus: Codable, Sendable, Equatable {
    /// `directory` or `s3`.
    package var kind: String
    package var uri: String
    package var pending: Int
    package var pendingBytes: Int64
    package var failed: Int
    @Nullable package var lastError: String?

    package init(kind: String, uri: String, pending: Int, pendingBytes: Int64, failed: Int, lastError: String? = nil) {
        self.kind = kind
        self.uri = uri
        self.pending = pending
        self.pendingBytes = pendingBytes
        self.failed = failed
        self.lastError = lastError
    }

    private enum CodingKeys: String, CodingKey {
        case kind
        case uri
        case pending
        case pendingBytes = "pending_bytes"
        case failed
        case lastError = "last_error"
    }
}
