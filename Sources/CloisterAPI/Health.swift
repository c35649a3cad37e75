// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Answer of the liveness check.
package struct Liveness: Codable, Sendable, Equatable {
    package var status: String

    package init(status: String) {
        self.status = status
    }

    private enum CodingKeys: String, CodingKey {
        case status
    }
}

/// Answer of the readiness check.
package struct Readiness: Codable, Sendable, Equatable {
    package var status: ReadinessStatus
    package var problems: [String]

    package init(status: ReadinessStatus, problems: [String]) {
        self.status = status
        self.problems = problems
    }

    private enum CodingKeys: String, CodingKey {
        case status
        case problems
    }
}

/// Whether the daemon takes work.
package enum ReadinessStatus: String, Codable, Sendable, CaseIterable {
    case ready
    case unready
}
