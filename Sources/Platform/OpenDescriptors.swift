// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc

/// How many descriptors this process has open.
package enum OpenDescriptors {
    /// As kernel 6.2 and later tell it in one call. `nil` on older ones, where they have to be listed.
    package static var count: Int? {
        var status = cloister_stat()
        guard cloister_fstatat(AT_FDCWD, "/proc/self/fd", &status) >= 0, status.size > 0 else { return nil }
        return Int(exactly: status.size)
    }
}
