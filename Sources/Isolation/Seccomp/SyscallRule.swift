// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// One line of the system-call policy: a name, the conditions on its arguments, and what happens.
struct SyscallRule {
    enum Action: Equatable {
        case allow
        /// Refused with this errno; 0 pretends success.
        case errno(Int32)
    }

    /// A comparison of one argument. 32-bit arguments are compared by their low half only, because the kernel ignores
    /// the upper one (CVE-2019-10063).
    enum Condition {
        case equals32(argument: UInt32, UInt32)
        /// `argument & mask == value`.
        case masked(argument: UInt32, mask: UInt64, value: UInt64)
        case notZero(argument: UInt32)
        case greater(argument: UInt32, than: UInt64)
    }

    let name: String
    let conditions: [Condition]
    let action: Action

    static func allow(_ name: String, _ conditions: Condition...) -> SyscallRule {
        SyscallRule(name: name, conditions: conditions, action: .allow)
    }

    static func refuse(_ name: String, _ errno: Int32, _ conditions: Condition...) -> SyscallRule {
        SyscallRule(name: name, conditions: conditions, action: .errno(errno))
    }
}
