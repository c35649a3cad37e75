// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// `[output]`: how much of an execution's stdout and stderr is kept, for each of the two.
package struct OutputSettings: Sendable, Equatable {
    /// Beginning and end that the answer carries.
    package var headBytes: Int64 = 64 << 10
    package var tailBytes: Int64 = 64 << 10
    /// What is kept on disk; beyond it only the tail moves on.
    package var capBytes: Int64 = 64 << 20

    mutating func read(from section: Section) {
        section.read("head_bytes", into: &headBytes, .bytes(0...16 << 20))
        section.read("tail_bytes", into: &tailBytes, .bytes(0...16 << 20))
        section.read("cap_bytes", into: &capBytes, .bytes(0...1 << 40))
        section.refuseTheRest()
        section.require(
            headBytes + tailBytes <= capBytes, "cap_bytes", "is smaller than head_bytes and tail_bytes together",
            remedy: "raise it, or lower head_bytes and tail_bytes")
    }
}
