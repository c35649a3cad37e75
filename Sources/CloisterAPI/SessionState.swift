// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Where a session stands.
package enum SessionState: String, Codable, Sendable, CaseIterable {
    case starting
    case ready
    case running
    case restarting
    case failed
    case deleting
}

/// What holds a session's workspace.
package enum WorkspaceStorage: String, Codable, Sendable, CaseIterable {
    case pool
    case tmpfs
}
