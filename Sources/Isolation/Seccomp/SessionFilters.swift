// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
package import Platform

/// The filters of a session's user code, compiled once.
package struct SessionFilters {
    /// Loaded before the way into the session.
    package let joining: SeccompFilter
    /// The policy: loaded last, in this order.
    package let allowed: SeccompFilter
    package let refused: SeccompFilter

    package init() throws(SystemError) {
        joining = try .compile(JoiningSyscalls.rules, otherwise: .errno(ENOSYS))
        allowed = try .compile(AllowedSyscalls.rules, otherwise: .errno(ENOSYS))
        refused = try .compile(RefusedSyscalls.rules, otherwise: .allow)
    }

    /// The policy as C has it.
    func withPointers<Result>(_ body: (cloister_filter, cloister_filter) -> Result) -> Result {
        allowed.instructions.withUnsafeBufferPointer { allowed in
            refused.instructions.withUnsafeBufferPointer { refused in
                body(
                    cloister_filter(instructions: allowed.baseAddress, count: allowed.count),
                    cloister_filter(instructions: refused.baseAddress, count: refused.count))
            }
        }
    }
}
