// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import ObjectStore
package import StateStore

/// What is known of a content without reading it.
package struct ArtifactFacts: Sendable {
    package let information: ObjectInformation
    /// The last component of the path that it was captured under last.
    package let fileName: String
    /// True when the object store has it, false while it waits in the spool.
    package let isStored: Bool
}

/// A content being read, from the spool or from the object store.
package struct ArtifactContent: Sendable {
    /// Of the whole content.
    package let information: ObjectInformation
    package let fileName: String
    package let bytes: ObjectStream
}

package struct ArtifactPage: Sendable {
    package let artifacts: [Artifact]
    /// Where the next page begins; nil on the last one.
    package let next: Cursor?
}
