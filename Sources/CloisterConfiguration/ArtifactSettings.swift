// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// `[artifacts]`: what is captured from `/workspace/artifacts` after an execution. What is beyond is listed as skipped.
package struct ArtifactSettings: Sendable, Equatable {
    /// Files of one execution.
    package var maxFiles: Int64 = 1_000
    package var maxFileBytes: Int64 = 1 << 30
    /// Bytes of one execution.
    package var maxExecutionBytes: Int64 = 4 << 30
    /// Captured bytes that wait for their upload, of all sessions.
    package var spoolBytes: Int64 = 8 << 30

    mutating func read(from section: Section) {
        section.read("max_files", into: &maxFiles, .count(1...1_000_000))
        // The largest object that one PUT can carry to S3.
        section.read("max_file_bytes", into: &maxFileBytes, .bytes(1...5 << 30))
        section.read("max_execution_bytes", into: &maxExecutionBytes, .bytes(1...1 << 50))
        section.read("spool_bytes", into: &spoolBytes, .bytes(1...1 << 60))
        section.refuseTheRest()
        section.require(
            maxFileBytes <= maxExecutionBytes, "max_file_bytes", "is larger than max_execution_bytes",
            remedy: "lower it, or raise max_execution_bytes")
        section.require(
            maxExecutionBytes <= spoolBytes, "max_execution_bytes", "is larger than spool_bytes",
            remedy: "lower it, or raise spool_bytes")
    }
}
