// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import ObjectStore
import StateStore

/// A file that an execution left in the artifact directory.
package struct Artifact: Sendable, Equatable {
    package enum State: String, Sendable {
        /// The bytes are safe in the spool.
        case captured
        /// The object store has confirmed the bytes.
        case stored
        /// Not kept; `reason` says why.
        case skipped
    }

    /// Relative to the artifact directory, as the kernel has it; not always UTF-8.
    package let path: [UInt8]
    /// Nil when skipped.
    package let digest: ContentDigest?
    /// In bytes; what the kernel said when the file was skipped.
    package let size: Int64
    package let mime: String?
    package let state: State
    /// Why it was skipped, or what is to be known of the capture.
    package let reason: String?
    package let executionID: String
    /// The object's key and address; nil when skipped.
    package let key: String?
    package let uri: String?

    init(_ record: ArtifactRecord, store: any ObjectStore) {
        path = record.path
        digest = record.sha256.flatMap { ContentDigest(hex: $0) }
        size = record.size
        mime = record.mime
        state = State(record.state)
        reason = record.reason
        executionID = record.executionID
        let key = digest.map { ObjectKey.artifact($0) }
        self.key = key?.text
        uri = key.map { store.uri($0) }
    }

    /// The path for people and JSON.
    package var displayPath: String { PathText.display(path) }
}

extension Artifact.State {
    init(_ state: ArtifactRecord.State) {
        switch state {
        case .captured: self = .captured
        case .stored: self = .stored
        case .skipped: self = .skipped
        }
    }
}
