// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import SpawnerProtocol

/// The most that any session gets, whatever the daemon asks for.
package struct Ceilings: Equatable {
    package var sessions: UInt32 = 2000
    package var memoryBytes: UInt64 = 16 << 30
    package var pids: UInt32 = 4096
    package var cpuMillis: UInt32 = 64_000
    package var workspaceBytes: UInt64 = 64 << 30
    package var tmpBytes: UInt64 = 16 << 30
    package var openFiles: UInt32 = 65_536
    /// Commands of all sessions at once.
    package var commands = 4096
    /// Empty sessions kept in advance for one image.
    package var holders: UInt32 = 64

    package init() {}

    /// The name of the first field that is out of bounds, if one is.
    package func violation(_ limits: SessionLimits) -> String? {
        let checks: [(String, ClosedRange<UInt64>, UInt64)] = [
            ("memory_bytes", 16 << 20...max(16 << 20, memoryBytes), limits.memoryBytes),
            ("pids", 8...max(8, UInt64(pids)), UInt64(limits.pids)),
            ("cpu_millis", 10...max(10, UInt64(cpuMillis)), UInt64(limits.cpuMillis)),
            ("cpu_weight", 1...10_000, UInt64(limits.cpuWeight)),
            ("workspace_bytes", 1 << 20...max(1 << 20, workspaceBytes), limits.workspaceBytes),
            ("tmp_bytes", 1 << 16...max(1 << 16, tmpBytes), limits.tmpBytes),
            ("shm_bytes", 1 << 16...max(1 << 16, tmpBytes), limits.shmBytes),
            ("open_files", 64...max(64, UInt64(openFiles)), UInt64(limits.openFiles)),
            ("io_read", 0...1 << 40, limits.ioReadBytesPerSecond),
            ("io_write", 0...1 << 40, limits.ioWriteBytesPerSecond),
        ]
        return checks.first { !$0.1.contains($0.2) }?.0
    }
}
