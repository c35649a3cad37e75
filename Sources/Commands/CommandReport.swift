// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI
import Glibc

/// How a finished command is told to whoever started it.
package struct CommandReport {
    private let command: Command

    package init(_ command: Command) { self.command = command }

    package var exitCode: Int32 {
        switch self.command.status {
        case .timeout: 124
        case .lost, nil: 137
        case .exited, .failed: Int32(truncatingIfNeeded: self.command.exitCode ?? 0) & 0xFF
        case .signaled: 128 + Self.number(self.command.signal ?? "")
        }
    }

    /// `nil` for what the program has told itself.
    package var remark: String? {
        if let error = self.command.error { return Text.printable(error.message) }
        switch self.command.status {
        case .timeout: return "the time limit ended it."
        case .lost, nil: return "it ended with the session's processes."
        case .signaled where self.command.outOfMemory: return "it was killed: the session is out of memory."
        case .exited, .failed, .signaled: return nil
        }
    }

    private static func number(_ name: String) -> Int32 {
        let numbers: [String: Int32] = [
            "SIGHUP": SIGHUP, "SIGINT": SIGINT, "SIGQUIT": SIGQUIT, "SIGILL": SIGILL, "SIGTRAP": SIGTRAP,
            "SIGABRT": SIGABRT, "SIGBUS": SIGBUS, "SIGFPE": SIGFPE, "SIGKILL": SIGKILL, "SIGUSR1": SIGUSR1,
            "SIGSEGV": SIGSEGV, "SIGUSR2": SIGUSR2, "SIGPIPE": SIGPIPE, "SIGALRM": SIGALRM, "SIGTERM": SIGTERM,
            "SIGXCPU": SIGXCPU, "SIGXFSZ": SIGXFSZ, "SIGSYS": SIGSYS,
        ]
        return numbers[name] ?? Int32(name.dropFirst(3)) ?? 0
    }
}
