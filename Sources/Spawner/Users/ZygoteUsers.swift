// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The host ids of an image's zygotes.
struct ZygoteUsers: Equatable {
    /// Owns the user namespaces of the image's sessions, and is nobody else.
    let owner: UInt32
    /// The group of all zygotes.
    let group: UInt32
}
