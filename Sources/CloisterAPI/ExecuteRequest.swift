// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Body of `POST /v1/sessions/{id}/executions`.
package struct ExecuteRequest: Codable, Sendable, Equatable {
    package var code: String
    /// Seconds until the execution is interrupted; more than 0, at most a day.
    package var timeoutSeconds: Double
    /// The caller named no time.
    private var takesDefaultTimeout = false
    package var onTimeout: TimeoutPolicy
    /// What `input()` and descriptor 0 read; without it there is no standard input.
    package var stdin: String?
    package var queue: QueuePolicy
    /// False answers at once, with the execution as it is.
    package var wait: Bool

    package static let defaultTimeoutSeconds: Double = 120
    package static let maximumTimeoutSeconds: Double = 86_400
    package static let maximumCodeBytes = 8 << 20
    package static let maximumStdinBytes = 4 << 20

    package init(
        code: String,
        timeoutSeconds: Double = ExecuteRequest.defaultTimeoutSeconds,
        onTimeout: TimeoutPolicy = .interrupt,
        stdin: String? = nil,
        queue: QueuePolicy = .wait,
        wait: Bool = true
    ) {
        self.code = code
        self.timeoutSeconds = timeoutSeconds
        self.onTimeout = onTimeout
        self.stdin = stdin
        self.queue = queue
        self.wait = wait
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        self.code = try container.decode(String.self, forKey: .code)
        let timeout = try container.number(Double.self, forKey: .timeoutSeconds)
        self.timeoutSeconds = timeout ?? Self.defaultTimeoutSeconds
        self.takesDefaultTimeout = timeout == nil
        self.onTimeout = try container.decodeIfPresent(TimeoutPolicy.self, forKey: .onTimeout) ?? .interrupt
        self.stdin = try container.decodeIfPresent(String.self, forKey: .stdin)
        self.queue = try container.decodeIfPresent(QueuePolicy.self, forKey: .queue) ?? .wait
        self.wait = try container.decodeIfPresent(Bool.self, forKey: .wait) ?? true
        try self.validate()
    }

    /// Puts the configured time in where the caller named none.
    package mutating func useDefaultTimeout(_ seconds: Double) {
        if self.takesDefaultTimeout { self.timeoutSeconds = seconds }
    }

    private func validate() throws {
        guard self.code.utf8.count <= Self.maximumCodeBytes else {
            throw CloisterError(
                .payloadTooLarge, "code is larger than \(Self.maximumCodeBytes) bytes.",
                remedy: "Upload large data with PUT /v1/sessions/{id}/files/{path} and read it from the code."
            )
        }
        guard (self.stdin?.utf8.count ?? 0) <= Self.maximumStdinBytes else {
            throw CloisterError(
                .payloadTooLarge, "stdin is larger than \(Self.maximumStdinBytes) bytes.",
                remedy: "Upload it with PUT /v1/sessions/{id}/files/{path} and open it in the code."
            )
        }
        guard self.timeoutSeconds > 0, self.timeoutSeconds <= Self.maximumTimeoutSeconds else {
            throw CloisterError.field("timeout_seconds", "must be greater than 0 and at most 86400")
        }
    }

    private enum CodingKeys: String, CodingKey {
        case code, stdin, queue, wait
        case onTimeout = "on_timeout"
        case timeoutSeconds = "timeout_seconds"
    }
}

/// What happens when an execution takes longer than its time.
package enum TimeoutPolicy: String, Codable, Sendable, CaseIterable {
    /// It is interrupted, and killed if that is in vain.
    case interrupt
    /// It is killed at once.
    case kill
    /// It goes on under its id; whoever waits gets it as it is.
    case detach
}

/// What to do when the session is running something else.
package enum QueuePolicy: String, Codable, Sendable, CaseIterable {
    /// Wait for one's turn.
    case wait
    /// Answer `session_busy`.
    case refuse
}
