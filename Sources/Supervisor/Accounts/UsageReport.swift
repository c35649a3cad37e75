// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import CloisterAPI
import Platform

/// What an execution used, from the kernel's counters.
package struct ObservedUsage: Sendable, Equatable {
    package var peakMemoryBytes: Int64?
    package var cpuSeconds: Double
    package var wallSeconds: Double
    /// Times that a process or thread was refused.
    package var pidsRefused: UInt64
    package var outOfMemoryKills: UInt64

    package init(
        peakMemoryBytes: Int64? = nil, cpuSeconds: Double = 0, wallSeconds: Double = 0, pidsRefused: UInt64 = 0,
        outOfMemoryKills: UInt64 = 0
    ) {
        self.peakMemoryBytes = peakMemoryBytes
        self.cpuSeconds = cpuSeconds
        self.wallSeconds = wallSeconds
        self.pidsRefused = pidsRefused
        self.outOfMemoryKills = outOfMemoryKills
    }
}

extension Incarnation {
    /// What was used since `start`, where the counters stood at `baseline`.
    func usage(since start: UInt64, _ baseline: CgroupCounters) -> ObservedUsage {
        let now = cgroup.counters()
        return ObservedUsage(
            peakMemoryBytes: cgroup.memoryPeakBytes.map { Int64(clamping: $0) },
            cpuSeconds: Double(now.cpuNanoseconds &- min(baseline.cpuNanoseconds, now.cpuNanoseconds)) / 1e9,
            wallSeconds: Double(BootClock.now() &- start) / 1e9,
            pidsRefused: now.pidsRefused &- min(baseline.pidsRefused, now.pidsRefused),
            outOfMemoryKills: now.outOfMemoryKills &- min(baseline.outOfMemoryKills, now.outOfMemoryKills))
    }

    /// What is used at this moment. Blocks for as long as the kernel needs to add up.
    func usage() -> SessionUsage {
        SessionUsage(
            memoryBytes: Int64(clamping: cgroup.memoryBytes),
            memoryPeakBytes: Int64(clamping: cgroup.memoryPeakBytes ?? 0),
            cpuSeconds: Double(cgroup.cpuNanoseconds) / 1e9,
            pids: Int(clamping: cgroup.pids))
    }

    /// Whether the file system behind the workspace has no room left; quotas do not show here.
    var isWorkspaceFileSystemFull: Bool {
        var (total, available): (UInt64, UInt64) = (0, 0)
        guard cloister_filesystem(workspace.number, &total, &available) >= 0 else { return false }
        return available < 256 << 10
    }
}
