// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// Counts what a scan has used of its limits.
struct ScanBudget {
    private let limits: ArtifactLimits
    private let deadline: Int64
    private var entries = 0
    private var directories = 0
    private var nameBytes = 0

    init(_ limits: ArtifactLimits) {
        self.limits = limits
        deadline = Self.milliseconds() &+ limits.scanMilliseconds
    }

    /// The limit that one more name would break. The clock is looked at now and then only.
    mutating func spend(pathBytes: Int) -> SkipReason? {
        entries += 1
        nameBytes += pathBytes
        if entries > limits.entries { return .tooManyEntries }
        if nameBytes > limits.nameBytes { return .tooManyNameBytes }
        if entries % 64 == 0 && Self.milliseconds() > deadline { return .tooSlow }
        return nil
    }

    mutating func enterDirectory(depth: Int) -> SkipReason? {
        directories += 1
        if depth > limits.depth { return .tooDeep }
        return directories > limits.directories ? .tooManyDirectories : nil
    }

    private static func milliseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) &* 1_000 &+ Int64(now.tv_nsec) / 1_000_000
    }
}
