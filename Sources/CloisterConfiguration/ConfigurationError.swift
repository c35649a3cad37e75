// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// Why a configuration file cannot be used: one error for the file, with all of its problems.
package struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case unreadable
        case syntax
        case invalid
    }

    package var code: Code
    package var file: String
    package var problems: [ConfigurationProblem]

    init(_ code: Code, file: String, problems: [ConfigurationProblem]) {
        self.code = code
        self.file = file
        self.problems = problems.sorted { ($0.line ?? 0, $0.key) < ($1.line ?? 0, $1.key) }
    }

    init(_ code: Code, file: String, line: Int? = nil, _ message: String, remedy: String) {
        let problem = ConfigurationProblem(key: "", line: line, message: message, remedy: remedy)
        self.init(code, file: file, problems: [problem])
    }

    /// One line a problem, as compilers write them.
    package var description: String {
        problems.map { problem in
            let place = problem.line.map { "\(file):\($0)" } ?? file
            return "\(place): \(problem)"
        }.joined(separator: "\n")
    }

    static func unreadable(_ path: String, _ errno: Int32) -> ConfigurationError {
        ConfigurationError(
            .unreadable, file: path, "cannot read the file (\(String(cString: strerror(errno))))",
            remedy: "name a file that the daemon's user can read with --config")
    }

    static func tooLarge(_ path: String, _ limit: Int) -> ConfigurationError {
        ConfigurationError(
            .unreadable, file: path, "the file has more than \(limit) bytes", remedy: "name the right file")
    }

    static func notText(_ path: String) -> ConfigurationError {
        ConfigurationError(.syntax, file: path, "the file is not UTF-8 text", remedy: "save it as UTF-8")
    }
}

/// One thing that is wrong.
package struct ConfigurationProblem: Equatable, Sendable, CustomStringConvertible {
    /// The whole key, such as `sessions.limits.pids`; empty when the problem is the file's.
    package var key: String
    package var line: Int?
    package var message: String
    package var remedy: String

    package var description: String {
        key.isEmpty ? "\(message); \(remedy)" : "\(key) \(message); \(remedy)"
    }
}
