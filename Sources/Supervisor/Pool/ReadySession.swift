// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import SpawnerProtocol

/// A session that has started and waits for a caller. No row of the journal knows it.
struct ReadySession: Sendable {
    let session: LiveSession
    let incarnation: Incarnation
    /// What it used when it had started.
    let bytes: Int64

    var path: CreationPath { incarnation.path }
}
