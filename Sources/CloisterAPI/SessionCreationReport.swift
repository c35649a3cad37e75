// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// How long the start of a session's process tree took, and by which path.
package struct SessionCreationReport: Codable, Sendable, Equatable {
    /// `exec`: a fresh interpreter was started.
    package var path: String
    package var milliseconds: Double
    /// Milliseconds by phase.
    package var phases: [String: Double]

    package init(path: String, milliseconds: Double, phases: [String: Double]) {
        self.path = path
        self.milliseconds = milliseconds
        self.phases = phases
    }

    private enum CodingKeys: String, CodingKey {
        case path
        case milliseconds
        case phases
    }
}
