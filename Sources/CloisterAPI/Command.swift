// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A process that was started in a session beside its interpreter.
package struct Command: Codable, Sendable, Equatable {
    package var id: CommandID
    package var sessionID: SessionID
    /// 1 for the session's first.
    package var number: Int
    package var state: CommandState
    package var incarnation: Int
    /// The first 8 KiB of it.
    package var argv: [String]
    package var cwd: String
    /// Absent: as long as the session's incarnation.
    @Nullable package var timeoutSeconds: Double?
    package var createdAt: Timestamp
    /// When the program was executed.
    @Nullable package var startedAt: Timestamp?
    @Nullable package var finishedAt: Timestamp?
    /// Absent until finished.
    @Nullable package var status: CommandStatus?
    /// What the process exited with; 127 or 126 when the program could not be executed.
    @Nullable package var exitCode: Int?
    /// The signal that ended it, as `SIGKILL`.
    @Nullable package var signal: String?
    /// The kernel ended a process of the session for want of memory while this one ran.
    package var outOfMemory: Bool
    /// Why the program could not be executed.
    @Nullable package var error: CommandError?
    package var stdout: OutputCapture
    package var stderr: OutputCapture

    package init(
        id: CommandID, sessionID: SessionID, number: Int, state: CommandState, incarnation: Int, argv: [String],
        cwd: String, timeoutSeconds: Double?, createdAt: Timestamp, startedAt: Timestamp? = nil,
        finishedAt: Timestamp? = nil, status: CommandStatus? = nil, exitCode: Int? = nil, signal: String? = nil,
        outOfMemory: Bool = false, error: CommandError? = nil, stdout: OutputCapture, stderr: OutputCapture
    ) {
        self.id = id
        self.sessionID = sessionID
        self.number = number
        self.state = state
        self.incarnation = incarnation
        self.argv = argv
        self.cwd = cwd
        self.timeoutSeconds = timeoutSeconds
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.status = status
        self.exitCode = exitCode
        self.signal = signal
        self.outOfMemory = outOfMemory
        self.error = error
        self.stdout = stdout
        self.stderr = stderr
    }

    private enum CodingKeys: String, CodingKey {
        case id, number, state, incarnation, argv, cwd, status, signal, error, stdout, stderr
        case sessionID = "session_id"
        case timeoutSeconds = "timeout_seconds"
        case createdAt = "created_at"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case exitCode = "exit_code"
        case outOfMemory = "out_of_memory"
    }
}

package enum CommandState: String, Codable, Sendable, CaseIterable {
    case running
    case finished
}

/// How a command ended.
package enum CommandStatus: String, Codable, Sendable, CaseIterable {
    case exited
    case signaled
    /// It was ended after its time; `exit_code` or `signal` tell how it went.
    case timeout
    /// The program could not be executed.
    case failed
    /// It ended with its incarnation, or nobody can say how.
    case lost
}

/// Why a program could not be executed.
package struct CommandError: Codable, Sendable, Equatable {
    /// The kernel's name of the failure, as `ENOENT`.
    package var errno: String
    /// One sentence that names what failed.
    package var message: String

    package init(errno: String, message: String) {
        self.errno = errno
        self.message = message
    }
}

/// One page of commands.
package struct CommandPage: Codable, Sendable, Equatable {
    package var commands: [Command]
    @Nullable package var nextCursor: String?

    package init(commands: [Command], nextCursor: String? = nil) {
        self.commands = commands
        self.nextCursor = nextCursor
    }

    private enum CodingKeys: String, CodingKey {
        case commands
        case nextCursor = "next_cursor"
    }
}

extension CloisterError {
    package static func commandNotFound(_ id: CommandID) -> Self {
        Self(
            .commandNotFound, "There is no command \(id) in this session.",
            remedy: "List the session's commands with GET /v1/sessions/{id}/commands."
        )
    }
}
