// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What is to be kept in advance, for each of the images.
package struct PoolPlan: Sendable, Equatable {
    package var images: [String]
    package var zygote = false
    /// Started sessions that wait for a caller.
    package var ready = 0
    /// What all of those may use together.
    package var readyBytes: Int64 = 256 << 20
    /// Empty sessions, which the spawner keeps.
    package var holders: UInt32 = 0

    package init(images: [String] = []) { self.images = images }
}
