// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Platform

/// A file's bytes in the daemon's hands, not hashed yet.
struct CapturedFile: Sendable {
    enum Content: Sendable {
        /// Small files need no file of their own until it is known that their content is new.
        case bytes([UInt8])
        case staged(StagedFile)
        /// Another name of the file at this index of the capture.
        case sameAs(Int)
    }

    let path: [UInt8]
    let identity: FileIdentity
    let content: Content
    /// What was reserved in the spool for it.
    let reserved: Int64
    /// True when the session wrote to it while it was copied.
    let changedMeanwhile: Bool
}

struct SkippedFile: Sendable {
    let path: [UInt8]
    let identity: FileIdentity?
    let reason: SkipReason
}
