// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A whole, well-formed message of the driver.
package enum DriverReply: Sendable, Equatable {
    case hello(DriverGreeting)
    case result(ExecutionClaim)
    case pong
    /// The request that REPEAT asked for is not the driver's last.
    case unknown
    case checkpointed(CheckpointClaim)
    case inspected(InspectionClaim)

    package var kind: ReplyKind {
        switch self {
        case .hello: .hello
        case .result: .result
        case .pong: .pong
        case .unknown: .unknown
        case .checkpointed: .checkpointed
        case .inspected: .inspected
        }
    }

    init(kind: ReplyKind, body: [UInt8]) throws(DriverProtocolError) {
        var fields = try FieldTable(body, allowed: Self.allowedTags(of: kind))
        switch kind {
        case .hello: self = .hello(try DriverGreeting(&fields))
        case .result: self = .result(try ExecutionClaim(&fields))
        case .pong: self = .pong
        case .unknown: self = .unknown
        case .checkpointed: self = .checkpointed(try CheckpointClaim(fields))
        case .inspected: self = .inspected(try InspectionClaim(fields))
        }
    }

    private static func allowedTags(of kind: ReplyKind) -> [FieldTag] {
        switch kind {
        case .hello: [.pythonVersion, .driverPID]
        case .result:
            [
                .status, .value, .errorType, .errorMessage, .traceback, .wallNanoseconds, .exitCode, .valueMetadata,
                .interruptedBy,
                .mimeEntry, .frame,
            ]
        case .checkpointed: [.checkpointOutcome, .checkpointReason]
        case .inspected: InspectionClaim.tags
        case .pong, .unknown: []
        }
    }
}

/// The driver's first message: the interpreter is up.
package struct DriverGreeting: Sendable, Equatable {
    package var pythonVersion: String
    /// The driver's pid inside its namespace.
    package var pid: UInt32

    package init(pythonVersion: String, pid: UInt32) {
        self.pythonVersion = pythonVersion
        self.pid = pid
    }

    init(_ fields: inout FieldTable) throws(DriverProtocolError) {
        pythonVersion = try fields.requiredText(.pythonVersion, limit: DriverLimits.nameBytes)
        pid = try fields.requiredInteger(.driverPID)
    }
}
