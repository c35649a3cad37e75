// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// One piece of code run in a session.
package struct Execution: Codable, Sendable, Equatable {
    package var id: ExecutionID
    package var sessionID: SessionID
    /// 1 for the session's first.
    package var number: Int
    package var state: ExecutionState
    package var incarnation: Int
    package var codeSHA256: String
    package var timeoutSeconds: Double
    package var onTimeout: TimeoutPolicy
    package var createdAt: Timestamp
    @Nullable package var startedAt: Timestamp?
    @Nullable package var finishedAt: Timestamp?
    /// Absent until finished.
    @Nullable package var status: ExecutionStatus?
    /// MIME type to text of the last expression's value; binary types in base64.
    @Nullable package var value: [String: String]?
    /// What the value's MIME bundle says about itself.
    @Nullable package var valueMetadata: [String: JSONValue]?
    /// In the order in which they were shown.
    package var displays: [Display]
    @Nullable package var error: ExecutionError?
    /// What `sys.exit` was called with.
    @Nullable package var exitCode: Int?
    package var stdout: OutputCapture
    package var stderr: OutputCapture
    /// Absent until finished.
    @Nullable package var verdict: Verdict?
    /// What there was to go back to when it began; absent before.
    @Nullable package var checkpoint: CheckpointReport?
    /// What the interpreter has lost between the execution before and this one, if anything.
    @Nullable package var interlude: Interlude?
    /// Absent unless it was interrupted.
    @Nullable package var interruption: Interruption?
    package var artifacts: [Artifact]

    package init(
        id: ExecutionID,
        sessionID: SessionID,
        number: Int,
        state: ExecutionState,
        incarnation: Int,
        codeSHA256: String,
        timeoutSeconds: Double,
        onTimeout: TimeoutPolicy = .interrupt,
        createdAt: Timestamp,
        startedAt: Timestamp? = nil,
        finishedAt: Timestamp? = nil,
        status: ExecutionStatus? = nil,
        value: [String: String]? = nil,
        valueMetadata: [String: JSONValue]? = nil,
        displays: [Display] = [],
        error: ExecutionError? = nil,
        exitCode: Int? = nil,
        stdout: OutputCapture,
        stderr: OutputCapture,
        verdict: Verdict? = nil,
        checkpoint: CheckpointReport? = nil,
        interlude: Interlude? = nil,
        interruption: Interruption? = nil,
        artifacts: [Artifact]
    ) {
        self.id = id
        self.sessionID = sessionID
        self.number = number
        self.state = state
        self.incarnation = incarnation
        self.codeSHA256 = codeSHA256
        self.timeoutSeconds = timeoutSeconds
        self.onTimeout = onTimeout
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.status = status
        self.value = value
        self.valueMetadata = valueMetadata
        self.displays = displays
        self.error = error
        self.exitCode = exitCode
        self.stdout = stdout
        self.stderr = stderr
        self.verdict = verdict
        self.checkpoint = checkpoint
        self.interlude = interlude
        self.interruption = interruption
        self.artifacts = artifacts
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case sessionID = "session_id"
        case number
        case state
        case incarnation
        case codeSHA256 = "code_sha256"
        case timeoutSeconds = "timeout_seconds"
        case onTimeout = "on_timeout"
        case createdAt = "created_at"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case status
        case value
        case valueMetadata = "value_metadata"
        case displays
        case error
        case exitCode = "exit_code"
        case stdout
        case stderr
        case verdict
        case checkpoint
        case interlude
        case interruption
        case artifacts
    }
}

/// Where an execution stands.
package enum ExecutionState: String, Codable, Sendable, CaseIterable {
    case queued
    case running
    case finished
}

/// How an execution ended.
package enum ExecutionStatus: String, Codable, Sendable, CaseIterable {
    case ok
    case error
    case interrupted
    case timeout
    case exit
    case lost
}
