// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Why something below the artifact directory was not captured.
package enum SkipReason: String, Sendable {
    case symlink
    case fifo
    case socket
    case device
    case unknownType = "unknown_type"
    /// Permissions or a lease keep the daemon from reading it.
    case unreadable
    case tooLarge = "too_large"
    /// The execution has left more files or bytes than it may.
    case artifactLimit = "artifact_limit"
    /// Too much waits for the object store. The file is captured after a later execution.
    case spoolFull = "spool_full"
    case otherFileSystem = "other_filesystem"
    case inputOutput = "io_error"
    /// `artifacts` itself is a file or a symbolic link.
    case notADirectory = "artifacts_not_a_directory"
    case tooDeep = "truncated_depth"
    case tooManyEntries = "truncated_entries"
    case tooManyDirectories = "truncated_directories"
    case tooManyNameBytes = "truncated_names"
    case tooSlow = "truncated_time"

    /// True when the same file may be captured later without having changed.
    var isTemporary: Bool {
        switch self {
        case .artifactLimit, .spoolFull, .inputOutput: true
        default: false
        }
    }
}
