// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import FoundationEssentials

/// A session's row. Times are milliseconds since 1970 in UTC.
package struct SessionRecord: Sendable, Equatable {
    /// `ses_<node>_<26 base32>`.
    package var id: String
    /// The 16 bytes by which daemon and spawner name the session.
    package var key: [UInt8]
    /// The caller's own name; unique among the sessions that are not deleted.
    package var name: String?
    package var image: String
    package var storage: String
    /// JSON object.
    package var limits: Data
    /// JSON object.
    package var metadata: Data
    package var ownerUID: UInt32
    package var state: String
    package var incarnation: Int64
    package var createdAt: Int64
    package var lastActivityAt: Int64
    /// Executions accepted so far; also the number of the last one.
    package var executions: Int64
    /// Artifacts recorded so far, skipped ones included.
    package var artifacts: Int64
    /// Set when the session is deleted; the row stays, so that its id is never used again.
    package var deletedAt: Int64?
    /// JSON object: how the session was made. Absent until it has been.
    package var creation: Data?
    /// Whether it is copied, in the supervisor's words.
    package var checkpoint: String

    package init(
        id: String,
        key: [UInt8],
        name: String?,
        image: String,
        storage: String,
        limits: Data,
        metadata: Data,
        ownerUID: UInt32,
        state: String,
        incarnation: Int64 = 1,
        createdAt: Int64,
        checkpoint: String = "auto"
    ) {
        self.id = id
        self.key = key
        self.name = name
        self.image = image
        self.storage = storage
        self.limits = limits
        self.metadata = metadata
        self.ownerUID = ownerUID
        self.state = state
        self.incarnation = incarnation
        self.createdAt = createdAt
        self.lastActivityAt = createdAt
        self.executions = 0
        self.artifacts = 0
        self.deletedAt = nil
        self.checkpoint = checkpoint
    }
}

/// The outcome of get-or-create.
package enum SessionCreation: Sendable, Equatable {
    case created
    /// A session that is not deleted has this name already; whether its settings fit is the caller's question.
    case existing(SessionRecord)
}
