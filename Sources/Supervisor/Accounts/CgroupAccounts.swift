// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Platform
import SpawnerProtocol

/// What the kernel has counted for an incarnation. A counter that cannot be read counts as 0.
struct CgroupCounters: Sendable, Equatable {
    var cpuNanoseconds: UInt64 = 0
    var outOfMemoryKills: UInt64 = 0
    /// Times that a process or thread was refused.
    var pidsRefused: UInt64 = 0
}

extension SessionCgroup {
    func counters() -> CgroupCounters {
        CgroupCounters(
            cpuNanoseconds: cpuNanoseconds, outOfMemoryKills: outOfMemoryKills, pidsRefused: named("max", pidsEvents))
    }

    var outOfMemoryKills: UInt64 { named("oom_kill", memoryEvents) }
    var memoryBytes: UInt64 { whole(memoryCurrent) }
    var memoryPeakBytes: UInt64? { memoryPeak.flatMap { KernelCounters.value((try? $0.readText()) ?? "") } }
    var pids: UInt64 { whole(pidsCurrent) }
    /// Whether a process of the incarnation is left.
    var isPopulated: Bool { named("populated", events) != 0 }

    var cpuNanoseconds: UInt64 {
        switch layout {
        case .v2: named("usage_usec", cpuUsage) &* 1_000
        case .hybrid: whole(cpuUsage)
        }
    }

    /// Lets the peak start again from what is used now. Kernels that cannot do it go on with the incarnation's peak.
    func resetMemoryPeak() {
        try? memoryPeak?.write("0")
    }

    /// Every process of the session gets SIGKILL.
    func killAll() {
        try? kill.write("1")
    }

    /// Every process but init and checkpoints gets SIGKILL.
    func killRunningTree() {
        try? killRunning.write("1")
    }

    private func named(_ name: String, _ file: Descriptor) -> UInt64 {
        KernelCounters.value(name, in: (try? file.readText()) ?? "") ?? 0
    }

    private func whole(_ file: Descriptor) -> UInt64 {
        KernelCounters.value((try? file.readText()) ?? "") ?? 0
    }
}
