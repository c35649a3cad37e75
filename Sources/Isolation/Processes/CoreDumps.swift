// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
package import Platform

/// A core limit of exactly 1 keeps the kernel from handing a hostile core to the host's handler; 0 does not (core(5)).
package enum CoreDumps {
    /// Fails when sessions could not be given that limit and the host pipes cores to a program.
    package static func requireHarmless() throws(SystemError) {
        guard try check("core limit", cloister_core_limit()) == 0 else { return }
        let pattern = try Descriptor.open("/proc/sys/kernel/core_pattern", O_RDONLY).readText()
        guard !pattern.hasPrefix("|") else {
            throw SystemError("the hard limit of core dumps must be at least 1 (LimitCORE=1)", errno: EPERM)
        }
    }
}
