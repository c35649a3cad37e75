// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// An artifact's row: one file as one execution left it.
package struct ArtifactRecord: Sendable, Equatable {
    package enum State: String, Sendable {
        /// The bytes are safe in the spool.
        case captured
        /// The object store has confirmed the bytes.
        case stored
        /// Not kept; `reason` says why.
        case skipped
    }

    /// Allotted by the store, ascending.
    package var id: Int64
    package var sessionID: String
    package var executionID: String
    /// Relative to the session's artifact directory, as the kernel has it; not always UTF-8.
    package var path: [UInt8]
    /// Lower-case hex; nil when skipped.
    package var sha256: String?
    package var size: Int64
    package var mime: String?
    package var state: State
    package var reason: String?
    /// Milliseconds since 1970 in UTC.
    package var createdAt: Int64

    package init(
        sessionID: String,
        executionID: String,
        path: [UInt8],
        sha256: String?,
        size: Int64,
        mime: String?,
        state: State,
        reason: String? = nil,
        createdAt: Int64
    ) {
        self.id = 0
        self.sessionID = sessionID
        self.executionID = executionID
        self.path = path
        self.sha256 = sha256
        self.size = size
        self.mime = mime
        self.state = state
        self.reason = reason
        self.createdAt = createdAt
    }
}

/// What the scanner knows of a file that it has seen: as long as all of it is the same, the file was not written.
package struct ManifestEntry: Sendable, Equatable {
    package var path: [UInt8]
    package var device: UInt64
    package var inode: UInt64
    package var size: Int64
    package var modifiedNanoseconds: Int64
    package var changedNanoseconds: Int64
    /// Lower-case hex; nil for a file that was skipped.
    package var sha256: String?

    package init(
        path: [UInt8],
        device: UInt64,
        inode: UInt64,
        size: Int64,
        modifiedNanoseconds: Int64,
        changedNanoseconds: Int64,
        sha256: String?
    ) {
        self.path = path
        self.device = device
        self.inode = inode
        self.size = size
        self.modifiedNanoseconds = modifiedNanoseconds
        self.changedNanoseconds = changedNanoseconds
        self.sha256 = sha256
    }
}

/// The difference between two scans of a session's artifact directory.
package struct ManifestChange: Sendable, Equatable {
    package var changed: [ManifestEntry]
    package var removed: [[UInt8]]

    package init(changed: [ManifestEntry] = [], removed: [[UInt8]] = []) {
        self.changed = changed
        self.removed = removed
    }
}
