// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Isolation

/// Hands out the host user ids of sessions, two each.
///
/// An id comes back only after its time in quarantine, and the one that has been free for longest goes first, so that
/// nothing an ended session left behind meets a new owner of its id.
package struct UserAllocator {
    package static let quarantineNanoseconds: UInt64 = 60_000_000_000
    /// Ids at the start of the range that own the user namespaces of images. Images beyond these share them, and have no
    /// zygote.
    package static let owners: UInt32 = 16

    private let firstUser: UInt32
    /// Free slots, oldest first, with the time at which each came back.
    private var free: [(slot: UInt32, since: UInt64)]
    private var head = 0

    package init(firstUser: UInt32, userCount: UInt32) {
        self.firstUser = firstUser
        let slots = userCount > Self.owners ? (userCount - Self.owners) / 2 : 0
        free = (0..<slots).map { ($0, 0) }
    }

    /// The owner of the user namespaces of the image with this index.
    package func owner(ofImage index: Int) -> UInt32 { firstUser + UInt32(index % Int(Self.owners)) }

    /// The group of every zygote.
    var zygoteGroup: UInt32 { firstUser }

    /// `nil` for an image that shares its owner with another one.
    func zygoteUsers(ofImage index: Int) -> ZygoteUsers? {
        guard index < Int(Self.owners) else { return nil }
        return ZygoteUsers(owner: owner(ofImage: index), group: zygoteGroup)
    }

    /// `nil` while every id is in use or in quarantine.
    package mutating func take(now: UInt64) -> UInt32? {
        guard head < free.count else { return nil }
        let (slot, since) = free[head]
        guard since == 0 || now &- since >= Self.quarantineNanoseconds else { return nil }
        head += 1
        if head > 4096, head * 2 > free.count {
            free.removeFirst(head)
            head = 0
        }
        return slot
    }

    package mutating func giveBack(_ slot: UInt32, now: UInt64) { free.append((slot, max(1, now))) }

    package func resting(now: UInt64) -> Int {
        free[head...].count { $0.since != 0 && now &- $0.since < Self.quarantineNanoseconds }
    }

    func identity(_ slot: UInt32) -> SessionIdentity {
        let first = firstUser + Self.owners + slot * 2
        return SessionIdentity(initOutside: first, userOutside: first + 1)
    }
}
