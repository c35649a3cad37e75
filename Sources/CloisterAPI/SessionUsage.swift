// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What the kernel says a session uses now. Sizes in bytes.
package struct SessionUsage: Codable, Sendable, Equatable {
    package var memoryBytes: Int64
    package var memoryPeakBytes: Int64
    package var cpuSeconds: Double
    package var pids: Int
    /// Absent for tmpfs workspaces that cannot be asked cheaply.
    @Nullable package var workspaceBytes: Int64?

    package init(
        memoryBytes: Int64,
        memoryPeakBytes: Int64,
        cpuSeconds: Double,
        pids: Int,
        workspaceBytes: Int64? = nil
    ) {
        self.memoryBytes = memoryBytes
        self.memoryPeakBytes = memoryPeakBytes
        self.cpuSeconds = cpuSeconds
        self.pids = pids
        self.workspaceBytes = workspaceBytes
    }

    private enum CodingKeys: String, CodingKey {
        case memoryBytes = "memory_bytes"
        case memoryPeakBytes = "memory_peak_bytes"
        case cpuSeconds = "cpu_seconds"
        case pids
        case workspaceBytes = "workspace_bytes"
    }
}
