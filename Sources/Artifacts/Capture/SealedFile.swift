// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import ObjectStore

/// A captured file with the hash of its bytes, which lie in the spool or in the object store.
struct SealedFile {
    let path: [UInt8]
    let identity: FileIdentity
    let digest: ContentDigest
    /// Of the bytes that were taken.
    let size: Int64
    /// Judged by this path's name and the content's start.
    let mime: String
    let changedMeanwhile: Bool
}
