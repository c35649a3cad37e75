// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What one execution may still leave behind.
struct CaptureBudget {
    private let limits: ArtifactLimits
    private let spool: SpoolBudget
    private var files = 0
    private var bytes: Int64 = 0

    init(_ limits: ArtifactLimits, spool: SpoolBudget) {
        self.limits = limits
        self.spool = spool
    }

    /// Counts a file, by the size that the kernel tells, before a byte of it is read.
    mutating func spend(_ size: Int64) -> SkipReason? {
        if size > limits.fileBytes { return .tooLarge }
        if files >= limits.executionFiles || size > limits.executionBytes - bytes { return .artifactLimit }
        guard spool.reserve(size) else { return .spoolFull }
        files += 1
        bytes += size
        return nil
    }

    mutating func giveBack(_ size: Int64) {
        spool.release(size)
        files -= 1
        bytes -= size
    }
}
