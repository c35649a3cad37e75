// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The limits in force. Sizes in bytes.
package struct SessionLimits: Codable, Sendable, Equatable {
    package var memoryBytes: Int64
    /// Share of CPU time; 1.5 is one and a half CPUs.
    package var cpus: Double
    package var pids: Int
    package var workspaceBytes: Int64
    package var tmpBytes: Int64

    package init(memoryBytes: Int64, cpus: Double, pids: Int, workspaceBytes: Int64, tmpBytes: Int64) {
        self.memoryBytes = memoryBytes
        self.cpus = cpus
        self.pids = pids
        self.workspaceBytes = workspaceBytes
        self.tmpBytes = tmpBytes
    }

    private enum CodingKeys: String, CodingKey {
        case memoryBytes = "memory_bytes"
        case cpus
        case pids
        case workspaceBytes = "workspace_bytes"
        case tmpBytes = "tmp_bytes"
    }
}
