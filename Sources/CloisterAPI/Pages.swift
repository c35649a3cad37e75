// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// One page of sessions.
package struct SessionPage: Codable, Sendable, Equatable {
    package var sessions: [Session]
    @Nullable package var nextCursor: String?

    package init(sessions: [Session], nextCursor: String? = nil) {
        self.sessions = sessions
        self.nextCursor = nextCursor
    }

    private enum CodingKeys: String, CodingKey {
        case sessions
        case nextCursor = "next_cursor"
    }
}

/// One page of executions.
package struct ExecutionPage: Codable, Sendable, Equatable {
    package var executions: [Execution]
    @Nullable package var nextCursor: String?

    package init(executions: [Execution], nextCursor: String? = nil) {
        self.executions = executions
        self.nextCursor = nextCursor
    }

    private enum CodingKeys: String, CodingKey {
        case executions
        case nextCursor = "next_cursor"
    }
}

/// One page of artifacts.
package struct ArtifactPage: Codable, Sendable, Equatable {
    package var artifacts: [Artifact]
    @Nullable package var nextCursor: String?

    package init(artifacts: [Artifact], nextCursor: String? = nil) {
        self.artifacts = artifacts
        self.nextCursor = nextCursor
    }

    private enum CodingKeys: String, CodingKey {
        case artifacts
        case nextCursor = "next_cursor"
    }
}

/// One page of directory entries.
package struct FilePage: Codable, Sendable, Equatable {
    package var entries: [FileEntry]
    @Nullable package var nextCursor: String?

    package init(entries: [FileEntry], nextCursor: String? = nil) {
        self.entries = entries
        self.nextCursor = nextCursor
    }

    private enum CodingKeys: String, CodingKey {
        case entries
        case nextCursor = "next_cursor"
    }
}
