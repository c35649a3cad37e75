// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What one scan may cost and what one execution may leave behind. Whatever is beyond is reported, never dropped silently.
package struct ArtifactLimits: Sendable, Equatable {
    /// Names looked at in one scan.
    package var entries = 100_000
    package var directories = 10_000
    /// Directories below each other, the artifact directory being the first.
    package var depth = 64
    /// All paths of one scan together.
    package var nameBytes = 16 << 20
    /// One pass over the directory.
    package var scanMilliseconds: Int64 = 5_000
    /// One file.
    package var fileBytes: Int64 = 5 << 30
    /// New files of one execution.
    package var executionFiles = 100_000
    /// New bytes of one execution.
    package var executionBytes: Int64 = 20 << 30
    /// Files that wait for the object store, of all sessions together.
    package var spoolBytes: Int64 = 50 << 30

    package init() {}
}
