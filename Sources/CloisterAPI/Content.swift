// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Bytes that a caller downloads: a file, an artifact, or the output of an execution.
package struct Content: Sendable {
    /// Bytes there are now.
    package var size: Int64
    /// The stored media type, when there is one.
    package var mime: String?
    /// Last path component to offer as a file name.
    package var fileName: [UInt8]
    /// Reads the given part of `0..<size`, in chunks of at most 256 KiB; ends early when the file has shrunk.
    package var read: @Sendable (Range<Int64>) -> PullStream<[UInt8]>

    package init(
        size: Int64,
        mime: String? = nil,
        fileName: [UInt8],
        read: @escaping @Sendable (Range<Int64>) -> PullStream<[UInt8]>
    ) {
        self.size = size
        self.mime = mime
        self.fileName = fileName
        self.read = read
    }
}

/// Where the bytes of an artifact come from.
package enum ArtifactContent: Sendable {
    case bytes(Content)
    /// A presigned URL of the object store.
    case redirect(String)
}
