// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
package import Platform

/// The low descriptor numbers through which a child receives what it needs.
///
/// The spawner keeps thousands of descriptors. A child made with a copy of that table would pay for every one of them,
/// so children share the table (CLONE_FILES) until they cut off everything above the windows with one close_range(2).
package struct DescriptorWindow: Equatable, Sendable {
    package static let first: CInt = 8
    package static let width: CInt = 16
    package static let count: CInt = 8
    /// Every other descriptor of the spawner is at or above this number.
    package static let end: CInt = first + width * count

    package let index: CInt

    package init(index: CInt) { self.index = index }

    private var start: CInt { Self.first + index * Self.width }

    /// Occupies all windows, so that nothing else gets their numbers. The result fills them again later.
    package static func reserve() throws(SystemError) -> Descriptor {
        try check("close inherited descriptors", cloister_close_range(3, UInt32.max, 0))
        let null = try Descriptor.open("/dev/null", O_RDWR)
        let filler = Descriptor(owning: try checkPOSIX("dup", fcntl(null.number, F_DUPFD_CLOEXEC, end)))
        for number in 3..<end where number != null.number {
            try check("reserve descriptors", cloister_place_descriptor(filler.number, number))
        }
        return filler
    }

    /// Puts a descriptor into a place of the window, close-on-exec.
    package func place(_ descriptor: Descriptor, at position: CInt) throws(SystemError) -> CInt {
        guard position < Self.width else { throw SystemError("descriptor window is full", errno: EMFILE) }
        return try check("place descriptor", cloister_place_descriptor(descriptor.number, start + position))
    }

    /// Empties the window. For the spawner, once the child has its own table or is gone.
    package func clear(with filler: Descriptor) {
        for number in start..<start + Self.width { _ = cloister_place_descriptor(filler.number, number) }
    }

    /// Gives the calling child its own table with nothing but 0 to 2 and this window.
    func detach() throws(SystemError) {
        let unshare = UInt32(CLOISTER_CLOSE_RANGE_UNSHARE)
        try check("close_range", cloister_close_range(UInt32(Self.end), UInt32.max, unshare))
        try check("close_range", cloister_close_range(3, UInt32(start - 1), 0))
        let after = start + Self.width
        if after < Self.end { try check("close_range", cloister_close_range(UInt32(after), UInt32(Self.end - 1), 0)) }
    }
}
