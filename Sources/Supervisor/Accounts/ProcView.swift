// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Glibc
import Platform

/// The synthetic files of a session's `/proc`: what its programs are told of memory, processors and time.
struct ProcView: Sendable {
    private static let ticksPerSecond: UInt64 = 100

    private let directory: Descriptor
    private let cgroup: SessionCgroup
    private let memoryLimit: UInt64
    private let processors: UInt64

    init(_ incarnation: Incarnation, limits: CloisterAPI.SessionLimits) {
        directory = incarnation.procView
        cgroup = incarnation.cgroup
        memoryLimit = UInt64(clamping: limits.memoryBytes)
        processors = max(1, UInt64(exactly: limits.cpus.rounded(.up)) ?? 1)
    }

    /// Writes what changes with time. Blocks; a file that is not there is left out.
    func refresh() {
        rewrite("meminfo", memory)
        rewrite("stat", statistics)
        rewrite("uptime", uptime)
    }

    private var memory: String {
        let free = memoryLimit &- min(memoryLimit, cgroup.memoryBytes)
        let values = [("MemTotal", memoryLimit), ("MemFree", free), ("MemAvailable", free)]
        let zeros = [
            "Buffers", "Cached", "SwapCached", "Active", "Inactive", "SwapTotal", "SwapFree", "Shmem", "Slab",
            "SReclaimable",
        ]
        return values.map { "\($0): \($1 / 1024) kB\n" }.joined() + zeros.map { "\($0): 0 kB\n" }.joined()
    }

    /// The session's CPU time as user time, the rest of its processors' time as idle.
    private var statistics: String {
        let now = BootClock.now()
        let used = cgroup.cpuNanoseconds / (1_000_000_000 / Self.ticksPerSecond)
        let elapsed = now / (1_000_000_000 / Self.ticksPerSecond)
        let line = { (name: String, count: UInt64) in
            let all = elapsed &* count
            let busy = min(all, used &* count / processors)
            return "\(name) \(busy) 0 0 \(all - busy) 0 0 0 0 0 0\n"
        }
        let each = (0..<processors).map { line("cpu\($0)", 1) }.joined()
        let bootTime = WallClock.now() / 1_000 - Int64(clamping: now / 1_000_000_000)
        return line("cpu ", processors) + each
            + "intr 0\nctxt 0\nbtime \(bootTime)\nprocesses 1\nprocs_running 1\nprocs_blocked 0\n"
    }

    private var uptime: String {
        let hundredths = BootClock.now() / 10_000_000
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) 0.00\n"
    }

    /// In place, so that a reader never finds less than a whole file.
    private func rewrite(_ name: String, _ text: String) {
        guard let file = try? Descriptor.open(at: directory, name, O_WRONLY | O_NOFOLLOW) else { return }
        let bytes = Array(text.utf8)
        guard pwrite(file.number, bytes, bytes.count, 0) == bytes.count else { return }
        ftruncate(file.number, off_t(bytes.count))
    }
}
