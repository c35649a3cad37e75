// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// How long the start of a session's process tree took, and by which path.
package struct SessionCreationReport: Codable, Sendable, Equatable {
    package var path: Path
    package var holder: Holder
    package var milliseconds: Double
    /// Milliseconds by phase.
    package var phases: [String: Double]

    package enum Path: String, Codable, Sendable, CaseIterable {
        /// It had been started before it was asked for.
        case ready
        /// A fork of the image's zygote.
        case zygote
        /// A fresh interpreter.
        case exec
    }

    package enum Holder: String, Codable, Sendable, CaseIterable {
        /// The namespaces had been made before they were asked for.
        case pooled
        case fresh
    }

    package init(path: Path, holder: Holder, milliseconds: Double, phases: [String: Double]) {
        self.path = path
        self.holder = holder
        self.milliseconds = milliseconds
        self.phases = phases
    }

    private enum CodingKeys: String, CodingKey {
        case path
        case holder
        case milliseconds
        case phases
    }
}
