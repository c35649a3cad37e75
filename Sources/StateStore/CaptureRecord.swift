// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What one execution left behind, as it goes into the database in one durable transaction.
package struct CaptureRecord: Sendable {
    package var sessionID: String
    /// In the order in which they get their ids. `state` of a captured one becomes `stored` when its bytes are.
    package var artifacts: [ArtifactRecord]
    /// One for each new content; their files lie synced in the spool.
    package var uploads: [OutboxRecord]
    package var manifest: ManifestChange

    package init(
        sessionID: String,
        artifacts: [ArtifactRecord],
        uploads: [OutboxRecord],
        manifest: ManifestChange = ManifestChange()
    ) {
        self.sessionID = sessionID
        self.artifacts = artifacts
        self.uploads = uploads
        self.manifest = manifest
    }
}

/// What became of a capture.
package struct CaptureOutcome: Sendable {
    /// The artifacts with their ids and states.
    package var artifacts: [ArtifactRecord]
    /// One for each of the capture's uploads, in its order.
    package var uploads: [OutboxInsertion]
}
