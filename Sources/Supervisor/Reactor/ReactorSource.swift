// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What epoll says of a descriptor.
package struct PollEvents: OptionSet {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = PollEvents(rawValue: 0x1)
    /// A kernel file that can be polled has changed.
    package static let changed = PollEvents(rawValue: 0x2)
    package static let writable = PollEvents(rawValue: 0x4)
    package static let failed = PollEvents(rawValue: 0x8)
    /// The peer is gone, or will send nothing more.
    package static let hungUp = PollEvents(rawValue: 0x10)
    package static let peerClosed = PollEvents(rawValue: 0x2000)

    /// A source that stopped early goes on in the loop's next turn.
    package static let again = PollEvents(rawValue: 1 << 31)
}

/// The owner of a descriptor that a reactor watches. Called only on the reactor's thread.
package protocol ReactorSource: AnyObject {
    /// Does a bounded amount of work and never blocks. Must read until the kernel says "would block", or return
    /// `true` for another turn: the reactor watches for edges. `scratch` is the caller's to use until it returns.
    func turn(_ readiness: PollEvents, scratch: UnsafeMutableRawBufferPointer) -> Bool
}
