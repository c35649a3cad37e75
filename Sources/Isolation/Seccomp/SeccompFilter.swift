// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CPlatform
import CSeccomp
import Glibc
import Platform

/// A compiled filter, ready for seccomp(2).
package struct SeccompFilter {
    package let instructions: [cloister_instruction]

    func install() throws(SystemError) {
        try check("seccomp", cloister_install_filter(instructions, instructions.count))
    }

    /// Native architecture only: every other one, x32 included, is killed.
    static func compile(_ rules: [SyscallRule], otherwise: SyscallRule.Action) throws(SystemError) -> SeccompFilter {
        guard let context = seccomp_init(code(otherwise)) else { throw SystemError("seccomp_init", errno: ENOMEM) }
        defer { seccomp_release(context) }
        try check("seccomp_attr_set badarch", seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, 0x8000_0000))
        // A binary tree: libseccomp 2.5 and later.
        try check("seccomp_attr_set optimize", seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2))
        for rule in rules { try add(rule, to: context) }
        return SeccompFilter(instructions: try export(context))
    }

    private static func add(_ rule: SyscallRule, to context: scmp_filter_ctx) throws(SystemError) {
        guard let number = number(of: rule.name) else { return }
        let comparisons = rule.conditions.map(comparison)
        try check(
            "seccomp rule \(rule.name)",
            seccomp_rule_add_array(context, code(rule.action), number, UInt32(comparisons.count), comparisons))
    }

    private static func comparison(_ condition: SyscallRule.Condition) -> scmp_arg_cmp {
        switch condition {
        case .equals32(let argument, let value):
            scmp_arg_cmp(arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: 0xffff_ffff, datum_b: UInt64(value))
        case .masked(let argument, let mask, let value):
            scmp_arg_cmp(arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: mask, datum_b: value)
        case .notZero(let argument): scmp_arg_cmp(arg: argument, op: SCMP_CMP_NE, datum_a: 0, datum_b: 0)
        case .greater(let argument, let value):
            scmp_arg_cmp(arg: argument, op: SCMP_CMP_GT, datum_a: value, datum_b: 0)
        }
    }

    private static func code(_ action: SyscallRule.Action) -> UInt32 {
        switch action {
        case .allow: 0x7fff_0000
        case .errno(let number): 0x0005_0000 | UInt32(truncatingIfNeeded: number & 0xffff)
        }
    }

    /// Calls that are younger than Debian 12's libseccomp. They have one number on every architecture.
    private static let youngSyscalls: [String: Int32] = [
        "fchmodat2": 452, "map_shadow_stack": 453, "futex_wake": 454, "futex_wait": 455, "futex_requeue": 456,
        "mseal": 462,
    ]

    /// `nil` for a call that this architecture does not have.
    private static func number(of name: String) -> Int32? {
        let number = seccomp_syscall_resolve_name(name)
        return number >= 0 ? number : youngSyscalls[name]
    }

    private static func export(_ context: scmp_filter_ctx) throws(SystemError) -> [cloister_instruction] {
        let file = Descriptor(owning: try check("memfd", cloister_memfd("filter")))
        try check("seccomp_export_bpf", seccomp_export_bpf(context, file.number))
        let bytes = try file.readStart(limit: 1 << 16)
        let size = MemoryLayout<cloister_instruction>.size
        return bytes.withUnsafeBytes { raw in
            (0..<raw.count / size).map { raw.loadUnaligned(fromByteOffset: $0 * size, as: cloister_instruction.self) }
        }
    }
}
