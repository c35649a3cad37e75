// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The user ids of one session on the host. Inside they are always the same two numbers.
package struct SessionIdentity: Equatable, Sendable {
    package static let initInside: UInt32 = 999
    package static let userInside: UInt32 = 1000

    package let initOutside: UInt32
    package let userOutside: UInt32

    package init(initOutside: UInt32, userOutside: UInt32) {
        self.initOutside = initOutside
        self.userOutside = userOutside
    }

    /// The lines of `uid_map` and `gid_map`: no root inside.
    package var map: String { "\(Self.initInside) \(initOutside) 1\n\(Self.userInside) \(userOutside) 1\n" }
}
