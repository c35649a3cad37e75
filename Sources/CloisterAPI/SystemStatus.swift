// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The whole system at a glance.
package struct SystemStatus: Codable, Sendable, Equatable {
    package var daemon: DaemonStatus
    package var spawner: SpawnerStatus
    package var objectStore: ObjectStoreStatus
    @Nullable package var pool: PoolStatus?
    /// What is kept in advance, image by image.
    package var pools: [ImagePool]
    package var limits: HostLimits
    package var sessions: [Session]

    package init(
        daemon: DaemonStatus,
        spawner: SpawnerStatus,
        objectStore: ObjectStoreStatus,
        pool: PoolStatus? = nil,
        pools: [ImagePool] = [],
        limits: HostLimits,
        sessions: [Session]
    ) {
        self.daemon = daemon
        self.spawner = spawner
        self.objectStore = objectStore
        self.pool = pool
        self.pools = pools
        self.limits = limits
        self.sessions = sessions
    }

    private enum CodingKeys: String, CodingKey {
        case daemon
        case spawner
        case objectStore = "object_store"
        case pool
        case pools
        case limits
        case sessions
    }
}

/// What the daemon can promise in all. Sizes in bytes.
package struct HostLimits: Codable, Sendable, Equatable {
    package var maxSessions: Int
    /// The most that one session may ask for.
    package var sessionMaximum: SessionLimits
    package var sessionDefault: SessionLimits

    package init(maxSessions: Int, sessionMaximum: SessionLimits, sessionDefault: SessionLimits) {
        self.maxSessions = maxSessions
        self.sessionMaximum = sessionMaximum
        self.sessionDefault = sessionDefault
    }

    private enum CodingKeys: String, CodingKey {
        case maxSessions = "max_sessions"
        case sessionMaximum = "session_maximum"
        case sessionDefault = "session_default"
    }
}

/// The storage pool. Sizes in bytes.
package struct PoolStatus: Codable, Sendable, Equatable {
    package var totalBytes: Int64
    package var freeBytes: Int64

    package init(totalBytes: Int64, freeBytes: Int64) {
        self.totalBytes = totalBytes
        self.freeBytes = freeBytes
    }

    private enum CodingKeys: String, CodingKey {
        case totalBytes = "total_bytes"
        case freeBytes = "free_bytes"
    }
}
