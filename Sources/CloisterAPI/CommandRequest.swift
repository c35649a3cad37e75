// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Body of `POST /v1/sessions/{id}/commands`.
package struct CommandRequest: Codable, Sendable, Equatable {
    /// The program and its arguments; a program without a slash is looked for in PATH.
    package var argv: [String]
    /// Absolute, or below `/workspace`.
    package var cwd: String
    /// Added to what every process of a session has.
    package var env: [String: String]
    /// What standard input begins with.
    package var stdin: String?
    /// Standard input does not end there: more comes with `POST …/stdin`.
    package var keepsStdinOpen: Bool
    /// Seconds until the command is told to end; `nil`: as long as the session's incarnation.
    package var timeoutSeconds: Double?
    /// False answers at once, with the command as it is.
    package var wait: Bool

    /// As much as the kernel lets a program have, and less.
    package static let maximumBytes = 1 << 20
    package static let maximumStrings = 4096
    package static let maximumStdinBytes = 4 << 20
    package static let standardDirectory = "/workspace"

    package init(
        argv: [String], cwd: String = CommandRequest.standardDirectory, env: [String: String] = [:],
        stdin: String? = nil, keepsStdinOpen: Bool = false, timeoutSeconds: Double? = nil, wait: Bool = true
    ) {
        self.argv = argv
        self.cwd = cwd
        self.env = env
        self.stdin = stdin
        self.keepsStdinOpen = keepsStdinOpen
        self.timeoutSeconds = timeoutSeconds
        self.wait = wait
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        let line = try container.decodeIfPresent(String.self, forKey: .command)
        let words = try container.decodeIfPresent([String].self, forKey: .argv)
        guard (line == nil) != (words == nil) else {
            throw CloisterError.field("argv", "or command, a line for the shell, must be given, and not both")
        }
        self.argv = words ?? line.map { ["/bin/sh", "-c", $0] } ?? []
        self.cwd = try container.decodeIfPresent(String.self, forKey: .cwd) ?? Self.standardDirectory
        self.env = try container.decodeIfPresent([String: String].self, forKey: .env) ?? [:]
        self.stdin = try container.decodeIfPresent(String.self, forKey: .stdin)
        self.keepsStdinOpen = try container.decodeIfPresent(Bool.self, forKey: .keepsStdinOpen) ?? false
        self.timeoutSeconds = try container.number(Double.self, forKey: .timeoutSeconds)
        self.wait = try container.decodeIfPresent(Bool.self, forKey: .wait) ?? true
        try self.validate()
    }

    /// Somebody who waits does not wait for ever.
    package mutating func useDefaultTimeout(_ seconds: Double) {
        if self.wait, self.timeoutSeconds == nil { self.timeoutSeconds = seconds }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.argv, forKey: .argv)
        try container.encode(self.cwd, forKey: .cwd)
        try container.encode(self.env, forKey: .env)
        try container.encodeIfPresent(self.stdin, forKey: .stdin)
        try container.encode(self.keepsStdinOpen, forKey: .keepsStdinOpen)
        try container.encodeIfPresent(self.timeoutSeconds, forKey: .timeoutSeconds)
        try container.encode(self.wait, forKey: .wait)
    }

    private func validate() throws {
        guard let program = self.argv.first, !program.isEmpty else {
            throw CloisterError.field("argv", "must begin with a program")
        }
        guard !self.cwd.isEmpty else { throw CloisterError.field("cwd", "must not be empty") }
        for (name, texts) in [("argv", self.argv), ("cwd", [self.cwd]), ("env", self.env.flatMap { [$0, $1] })] {
            guard texts.allSatisfy({ !$0.utf8.contains(0) }) else {
                throw CloisterError.field(name, "must not contain NUL")
            }
        }
        guard self.env.keys.allSatisfy({ !$0.isEmpty && !$0.utf8.contains(UInt8(ascii: "=")) }) else {
            throw CloisterError.field("env", "must have names that are not empty and without =")
        }
        try self.validateSizes()
        if let timeoutSeconds, !(timeoutSeconds > 0 && timeoutSeconds <= ExecuteRequest.maximumTimeoutSeconds) {
            throw CloisterError.field("timeout_seconds", "must be greater than 0 and at most 86400")
        }
    }

    private func validateSizes() throws {
        let texts = self.argv + [self.cwd] + self.env.map { "\($0)=\($1)" }
        let bytes = texts.reduce(0) { $0 + $1.utf8.count + 1 }
        guard bytes <= Self.maximumBytes, self.argv.count + self.env.count <= Self.maximumStrings else {
            throw CloisterError(
                .payloadTooLarge,
                "argv, cwd and env are more than \(Self.maximumBytes) bytes or \(Self.maximumStrings) strings.",
                remedy: "Upload large data with PUT /v1/sessions/{id}/files/{path} and name the file."
            )
        }
        guard (self.stdin?.utf8.count ?? 0) <= Self.maximumStdinBytes else {
            throw CloisterError(
                .payloadTooLarge, "stdin is larger than \(Self.maximumStdinBytes) bytes.",
                remedy: "Send it in parts with POST /v1/sessions/{id}/commands/{cid}/stdin, or upload a file."
            )
        }
    }

    private enum CodingKeys: String, CodingKey {
        case argv, command, cwd, env, stdin, wait
        case keepsStdinOpen = "stdin_open"
        case timeoutSeconds = "timeout_seconds"
    }
}
