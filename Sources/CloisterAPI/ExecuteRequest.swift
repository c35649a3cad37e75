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
    package var queue: QueuePolicy
    /// False answers at once, with the execution as it is.
    package var wait: Bool

    package static let defaultTimeoutSeconds: Double = 120
    package static let maximumTimeoutSeconds: Double = 86_400
    package static let maximumCodeBytes = 8 << 20

    package init(
        code: String,
        timeoutSeconds: Double = ExecuteRequest.defaultTimeoutSeconds,
        queue: QueuePolicy = .wait,
        wait: Bool = true
    ) {
        self.code = code
        self.timeoutSeconds = timeoutSeconds
        self.queue = queue
        self.wait = wait
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        self.code = try container.decode(String.self, forKey: .code)
        let timeout = try container.number(Double.self, forKey: .timeoutSeconds)
        self.timeoutSeconds = timeout ?? Self.defaultTimeoutSeconds
        self.takesDefaultTimeout = timeout == nil
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
        guard self.timeoutSeconds > 0, self.timeoutSeconds <= Self.maximumTimeoutSeconds else {
            throw CloisterError.field("timeout_seconds", "must be greater than 0 and at most 86400")
        }
    }

    private enum CodingKeys: String, CodingKey {
        case code, queue, wait
        case timeoutSeconds = "timeout_seconds"
    }
}

/// What to do when the session is running something else.
package enum QueuePolicy: String, Codable, Sendable, CaseIterable {
    /// Wait for one's turn.
    case wait
    /// Answer `session_busy`.
    case refuse
}
