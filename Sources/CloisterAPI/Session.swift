// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A session as callers see it.
package struct Session: Codable, Sendable, Equatable {
    package var id: SessionID
    /// The caller's own name, unique among live sessions.
    @Nullable package var name: String?
    package var image: String
    package var state: SessionState
    /// Counts the lives of the process tree, from 1.
    package var incarnation: Int
    package var storage: WorkspaceStorage
    package var createdAt: Timestamp
    package var lastActivityAt: Timestamp
    /// The uid of the peer that created the session.
    package var ownerUid: UInt32
    package var limits: SessionLimits
    /// Absent while there is no process tree to measure.
    @Nullable package var usage: SessionUsage?
    /// Executions so far.
    package var executions: Int
    /// Artifacts captured so far.
    package var artifacts: Int
    package var metadata: [String: String]
    package var checkpoint: CheckpointPolicy
    /// How the process tree came to be; absent before it has started.
    @Nullable package var creation: SessionCreationReport?

    package init(
        id: SessionID,
        name: String? = nil,
        image: String,
        state: SessionState,
        incarnation: Int,
        storage: WorkspaceStorage,
        createdAt: Timestamp,
        lastActivityAt: Timestamp,
        ownerUid: UInt32,
        limits: SessionLimits,
        usage: SessionUsage? = nil,
        executions: Int,
        artifacts: Int,
        metadata: [String: String],
        checkpoint: CheckpointPolicy = .auto,
        creation: SessionCreationReport? = nil
    ) {
        self.id = id
        self.name = name
        self.image = image
        self.state = state
        self.incarnation = incarnation
        self.storage = storage
        self.createdAt = createdAt
        self.lastActivityAt = lastActivityAt
        self.ownerUid = ownerUid
        self.limits = limits
        self.usage = usage
        self.executions = executions
        self.artifacts = artifacts
        self.metadata = metadata
        self.checkpoint = checkpoint
        self.creation = creation
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case name
        case image
        case state
        case incarnation
        case storage
        case createdAt = "created_at"
        case lastActivityAt = "last_activity_at"
        case ownerUid = "owner_uid"
        case limits
        case usage
        case executions
        case artifacts
        case metadata
        case checkpoint
        case creation
    }
}
