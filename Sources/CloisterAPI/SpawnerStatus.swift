// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The spawner as the daemon sees it.
package struct SpawnerStatus: Codable, Sendable, Equatable {
    package var connected: Bool
    @Nullable package var pid: Int?
    @Nullable package var cgroup: CgroupKind?
    package var sessions: Int
    package var descriptors: Int
    /// Things found that belong to no session, by kind.
    package var leaks: [String: Int]

    package init(
        connected: Bool,
        pid: Int? = nil,
        cgroup: CgroupKind? = nil,
        sessions: Int,
        descriptors: Int,
        leaks: [String: Int]
    ) {
        self.connected = connected
        self.pid = pid
        self.cgroup = cgroup
        self.sessions = sessions
        self.descriptors = descriptors
        self.leaks = leaks
    }

    private enum CodingKeys: String, CodingKey {
        case connected
        case pid
        case cgroup
        case sessions
        case descriptors
        case leaks
    }
}

/// Which cgroup hierarchy the host has.
package enum CgroupKind: String, Codable, Sendable, CaseIterable {
    case v2
    case hybrid
}
