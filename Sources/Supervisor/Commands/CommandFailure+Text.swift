// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Glibc
import Platform

extension CommandError {
    /// What callers are told of a program that could not be executed.
    init(_ failure: CommandFailure, argv: [String], cwd: String) {
        let subject =
            switch failure.step {
            case .specification: "the command"
            case .directory: "the directory \(cwd)"
            case .program: argv.first ?? ""
            }
        self.init(errno: Self.name(failure.errno), message: "\(subject): \(Self.reason(failure))")
    }

    private static func reason(_ failure: CommandFailure) -> String {
        switch (failure.step, failure.errno) {
        case (.program, ENOENT): "not found; give a path, or a program that is in PATH."
        case (.program, EACCES): "may not be executed; look at its mode, and at noexec of where it lies."
        case (.program, ENOEXEC): "is no program; name its interpreter, or begin it with #!."
        case (.directory, ENOENT): "is not there."
        case (.directory, ENOTDIR): "is no directory."
        default: "\(SystemError.text(failure.errno))."
        }
    }

    private static func name(_ number: Int32) -> String {
        let names: [Int32: String] = [
            ENOENT: "ENOENT", EACCES: "EACCES", ENOEXEC: "ENOEXEC", ENOTDIR: "ENOTDIR", EPERM: "EPERM",
            E2BIG: "E2BIG", ENOMEM: "ENOMEM", EINVAL: "EINVAL", ELOOP: "ELOOP", ENAMETOOLONG: "ENAMETOOLONG",
            ETXTBSY: "ETXTBSY", EISDIR: "EISDIR", EIO: "EIO", EAGAIN: "EAGAIN", EMFILE: "EMFILE",
        ]
        return names[number] ?? "errno \(number)"
    }
}

/// Signals by name.
enum SignalName {
    static func text(_ number: UInt8) -> String {
        let names: [Int32: String] = [
            SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP",
            SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGUSR1: "SIGUSR1",
            SIGSEGV: "SIGSEGV", SIGUSR2: "SIGUSR2", SIGPIPE: "SIGPIPE", SIGALRM: "SIGALRM", SIGTERM: "SIGTERM",
            SIGSTKFLT: "SIGSTKFLT", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ", SIGVTALRM: "SIGVTALRM",
            SIGPROF: "SIGPROF", SIGPOLL: "SIGPOLL", SIGPWR: "SIGPWR", SIGSYS: "SIGSYS",
        ]
        return names[Int32(number)] ?? "SIG\(number)"
    }
}
