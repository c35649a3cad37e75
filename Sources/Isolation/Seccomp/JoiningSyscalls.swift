// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// What a process may call on its way into a session, beside what every session may. A zygote lives under it.
///
/// Filters are inherited and never taken off, so this one cannot refuse what sessions may do, kill(2) and pidfd_open(2)
/// for instance. What no session may do and joining does not need (tracing, mounts, keys, other address families, kernel
/// programs) it refuses.
enum JoiningSyscalls {
    static let unconditional = """
        setns unshare clone3 setresuid setresgid capset seccomp landlock_create_ruleset landlock_add_rule
        landlock_restrict_self
        """

    /// CAPBSET_DROP, SET_SECUREBITS, SET_NO_NEW_PRIVS, CAP_AMBIENT.
    static let prctls: [UInt32] = [24, 28, 38, 47]
    static let joinSessionKeyring: UInt32 = 1

    static var rules: [SyscallRule] {
        AllowedSyscalls.rules.filter { $0.name != "seccomp" }
            + unconditional.split(whereSeparator: \.isWhitespace).map { SyscallRule.allow(String($0)) }
            + prctls.filter { !AllowedSyscalls.prctls.contains($0) }
            .map { .allow("prctl", .equals32(argument: 0, $0)) }
            + [.allow("keyctl", .equals32(argument: 0, joinSessionKeyring))]
    }
}
