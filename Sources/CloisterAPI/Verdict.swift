// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What became of a session's state, and why. Numbers are observed from outside the sandbox.
package struct Verdict: Codable, Sendable, Equatable {
    package var state: VerdictState
    package var cause: VerdictCause
    @Nullable package var limit: LimitHit?
    @Nullable package var peakMemoryBytes: Int64?
    package var cpuSeconds: Double
    package var wallSeconds: Double
    /// The incarnation that answers from now on.
    package var incarnation: Int
    /// How the interpreter's process ended, when it did.
    @Nullable package var exit: ProcessExit?

    package init(
        state: VerdictState,
        cause: VerdictCause,
        limit: LimitHit? = nil,
        peakMemoryBytes: Int64? = nil,
        cpuSeconds: Double,
        wallSeconds: Double,
        incarnation: Int,
        exit: ProcessExit? = nil
    ) {
        self.state = state
        self.cause = cause
        self.limit = limit
        self.peakMemoryBytes = peakMemoryBytes
        self.cpuSeconds = cpuSeconds
        self.wallSeconds = wallSeconds
        self.incarnation = incarnation
        self.exit = exit
    }

    private enum CodingKeys: String, CodingKey {
        case state
        case cause
        case limit
        case peakMemoryBytes = "peak_memory_bytes"
        case cpuSeconds = "cpu_seconds"
        case wallSeconds = "wall_seconds"
        case incarnation
        case exit
    }
}

/// Whether the variables are still there.
package enum VerdictState: String, Codable, Sendable, CaseIterable {
    case preserved
    case rolledBack = "rolled_back"
    case lost
}

/// Why an execution ended as it did.
package enum VerdictCause: String, Codable, Sendable, CaseIterable {
    case ok
    case error
    case interrupted
    case timeout
    case oom
    case crashed
    case exited
    case pids
    case diskFull = "disk_full"
    case outputLimit = "output_limit"
    case protocolError = "protocol_error"
    case killed
    case hostRestart = "host_restart"
}

/// The limit that an execution ran into.
package struct LimitHit: Codable, Sendable, Equatable {
    /// A field of `limits`, or `timeout_seconds`.
    package var name: String
    package var value: Double

    package init(name: String, value: Double) {
        self.name = name
        self.value = value
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case value
    }
}

/// How a process ended: a code or a signal.
package struct ProcessExit: Codable, Sendable, Equatable {
    @Nullable package var code: Int?
    @Nullable package var signal: Int?

    package init(code: Int? = nil, signal: Int? = nil) {
        self.code = code
        self.signal = signal
    }

    private enum CodingKeys: String, CodingKey {
        case code
        case signal
    }
}
