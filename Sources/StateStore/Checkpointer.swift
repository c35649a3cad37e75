// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Dispatch
import GRDB
import Synchronization

/// Moves the log into the database from a connection of its own, so that no caller waits for the disk.
///
/// SQLite's automatic checkpoint would run inside a commit and make that caller wait for two syncs. The writer keeps
/// one at a higher mark, which also reports what goes wrong here.
final class Checkpointer: Sendable {
    /// Some 800 pages of log.
    private static let commitsBetweenRuns = 128
    /// Commits that arrive meanwhile leave a rest; the log begins anew only when nothing is left.
    private static let passes = 3

    private let connection: DatabaseQueue
    private let queue = DispatchQueue(label: "cloister.state.checkpoint", qos: .utility)
    private let commits = Atomic<Int>(0)

    init(path: String) throws {
        connection = try DatabaseQueue(path: path)
    }

    func noteCommit() {
        let count = commits.wrappingAdd(1, ordering: .relaxed).newValue
        if count.isMultiple(of: Self.commitsBetweenRuns) { queue.async { self.run() } }
    }

    func close() throws {
        try queue.sync { try connection.close() }
    }

    private func run() {
        for _ in 0..<Self.passes {
            let progress = try? connection.writeWithoutTransaction { try $0.checkpoint(.passive) }
            guard let progress, progress.checkpointedFrameCount < progress.walFrameCount else { return }
        }
    }
}
