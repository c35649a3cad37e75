// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What the driver says of a checkpoint that it was asked for.
package struct CheckpointClaim: Sendable, Equatable {
    package var isTaken: Bool
    /// Why not: a word that both ends know, or anything.
    package var reason: String?

    package init(isTaken: Bool, reason: String? = nil) {
        self.isTaken = isTaken
        self.reason = reason
    }

    init(_ fields: FieldTable) throws(DriverProtocolError) {
        let outcome: UInt8 = try fields.requiredInteger(.checkpointOutcome)
        guard outcome <= 1 else { throw .badField(tag: FieldTag.checkpointOutcome.rawValue) }
        self.init(
            isTaken: outcome == 0, reason: try fields.text(.checkpointReason, limit: DriverLimits.nameBytes))
    }
}
