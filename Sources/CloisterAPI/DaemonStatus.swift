// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The daemon's own health.
package struct DaemonStatus: Codable, Sendable, Equatable {
    package var version: String
    package var pid: Int
    package var node: String
    package var instance: String
    package var startedAt: Timestamp
    package var uptimeSeconds: Double
    package var healthy: Bool
    /// One sentence each; empty when healthy.
    package var problems: [String]
    package var residentBytes: Int64
    package var openFiles: Int
    package var threads: Int

    package init(
        version: String,
        pid: Int,
        node: String,
        instance: String,
        startedAt: Timestamp,
        uptimeSeconds: Double,
        healthy: Bool,
        problems: [String],
        residentBytes: Int64,
        openFiles: Int,
        threads: Int
    ) {
        self.version = version
        self.pid = pid
        self.node = node
        self.instance = instance
        self.startedAt = startedAt
        self.uptimeSeconds = uptimeSeconds
        self.healthy = healthy
        self.problems = problems
        self.residentBytes = residentBytes
        self.openFiles = openFiles
        self.threads = threads
    }

    private enum CodingKeys: String, CodingKey {
        case version
        case pid
        case node
        case instance
        case startedAt = "started_at"
        case uptimeSeconds = "uptime_seconds"
        case healthy
        case problems
        case residentBytes = "resident_bytes"
        case openFiles = "open_files"
        case threads
    }
}
