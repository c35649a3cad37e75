// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Whether a session keeps copies of its interpreter to go on from.
package enum CheckpointPolicy: String, Codable, Sendable, CaseIterable {
    /// After executions, when it is safe and cheap.
    case auto
    case off
    /// After every execution.
    case always
}

/// What an execution started from, and so what a loss goes back to.
package struct CheckpointReport: Codable, Sendable, Equatable {
    /// Whether there was a copy of the interpreter.
    package var taken: Bool
    /// The last execution whose effects it holds.
    @Nullable package var executionID: ExecutionID?
    /// Why there was none, or none of the last execution.
    @Nullable package var reason: CheckpointRefusal?

    package init(taken: Bool, executionID: ExecutionID? = nil, reason: CheckpointRefusal? = nil) {
        self.taken = taken
        self.executionID = executionID
        self.reason = reason
    }

    private enum CodingKeys: String, CodingKey {
        case taken, reason
        case executionID = "execution_id"
    }
}

/// What became of a session's variables while nothing of a caller's ran.
package struct Interlude: Codable, Sendable, Equatable {
    /// `rolled_back` or `lost`.
    package var state: VerdictState
    /// The last execution whose effects are left.
    @Nullable package var executionID: ExecutionID?

    package init(state: VerdictState, executionID: ExecutionID? = nil) {
        self.state = state
        self.executionID = executionID
    }

    private enum CodingKeys: String, CodingKey {
        case state
        case executionID = "execution_id"
    }
}

/// Why an execution left no checkpoint.
package enum CheckpointRefusal: String, Codable, Sendable, CaseIterable {
    /// The session's policy.
    case off
    /// Nothing has run in this incarnation.
    case nothingToKeep = "nothing_to_keep"
    /// The interpreter needs more than half of the memory, which a copy might need again.
    case memory
    /// Executions follow each other so fast that checkpoints would be most of the work.
    case rate
    /// Other threads are alive, which a copy would not have.
    case threads
    /// Connections are open, which two cannot share.
    case sockets
    /// Devices are open.
    case devices
    /// It could not be made, or its process was ended.
    case failed
}
