// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// `[pool]`: what is kept in advance, so that a session is there at once.
package struct PoolSettings: Sendable, Equatable {
    /// The images that something is kept for; the default image alone when nil.
    package var images: [String]?
    package var zygote = true
    /// Sessions of each image that have started and wait for a caller.
    package var ready: Int64 = 64
    /// What all of them together may use.
    package var readyMemoryBytes: Int64 = 256 << 20
    /// Empty sessions of each image, without an interpreter.
    package var holders: Int64 = 8

    mutating func read(from section: Section) {
        section.read("images", into: &images, .images)
        section.read("zygote", into: &zygote, .flag)
        section.read("ready", into: &ready, .count(0...10_000))
        section.read("ready_memory_bytes", into: &readyMemoryBytes, .bytes(0...1 << 50))
        section.read("holders", into: &holders, .count(0...1_000))
        section.refuseTheRest()
    }
}
