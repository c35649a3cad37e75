// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// `[sessions.limits]` and `[sessions.maximum]`: resources of one session.
package struct LimitSettings: Sendable, Equatable {
    package var memoryBytes: Int64 = 1 << 30
    package var cpus = 1.0
    package var pids: Int64 = 256
    package var workspaceBytes: Int64 = 1 << 30
    package var tmpBytes: Int64 = 256 << 20

    /// The default ceilings.
    static var largest: LimitSettings {
        var limits = LimitSettings()
        limits.memoryBytes = 8 << 30
        limits.cpus = 8
        limits.pids = 4_096
        limits.workspaceBytes = 10 << 30
        limits.tmpBytes = 2 << 30
        return limits
    }

    /// `cpus` in thousandths.
    package var cpuMilli: Int64 { Int64((cpus * 1_000).rounded()) }

    mutating func read(from section: Section) {
        section.read("memory_bytes", into: &memoryBytes, .bytes(16 << 20...1 << 50))
        section.read("cpus", into: &cpus, .number(0.01...1_024))
        section.read("pids", into: &pids, .count(8...4_194_304))
        section.read("workspace_bytes", into: &workspaceBytes, .bytes(1 << 20...1 << 60))
        section.read("tmp_bytes", into: &tmpBytes, .bytes(1 << 20...1 << 50))
        section.refuseTheRest()
    }
}
