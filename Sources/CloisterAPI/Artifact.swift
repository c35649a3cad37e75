// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A file that appeared below `/workspace/artifacts`.
package struct Artifact: Codable, Sendable, Equatable {
    /// Relative to `/workspace/artifacts`; percent-encoded when the name is not UTF-8.
    package var path: String
    /// Lower-case hex; absent when skipped.
    @Nullable package var sha256: String?
    package var size: Int64
    /// Absent when skipped.
    @Nullable package var mime: String?
    /// `output/artifacts/ab/cd/<sha256>` in the object store; absent when skipped.
    @Nullable package var key: String?
    /// Where the object store keeps it; absent until it is stored.
    @Nullable package var uri: String?
    package var state: ArtifactState
    /// Why it was skipped.
    @Nullable package var reason: String?
    package var executionID: ExecutionID

    package init(
        path: String,
        sha256: String? = nil,
        size: Int64,
        mime: String? = nil,
        key: String? = nil,
        uri: String? = nil,
        state: ArtifactState,
        reason: String? = nil,
        executionID: ExecutionID
    ) {
        self.path = path
        self.sha256 = sha256
        self.size = size
        self.mime = mime
        self.key = key
        self.uri = uri
        self.state = state
        self.reason = reason
        self.executionID = executionID
    }

    private enum CodingKeys: String, CodingKey {
        case path
        case sha256
        case size
        case mime
        case key
        case uri
        case state
        case reason
        case executionID = "execution_id"
    }
}

/// How far an artifact has come.
package enum ArtifactState: String, Codable, Sendable, CaseIterable {
    case captured
    case stored
    case skipped
}
