// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI

enum SessionTable {
    /// One line a session. Without `now` the columns that need a clock are left out.
    static func text(_ sessions: [Session], now: Timestamp) -> String {
        var table = Table(
            ("SESSION", .left), ("NAME", .left), ("STATE", .left), ("IMAGE", .left), ("AGE", .right), ("IDLE", .right),
            ("MEMORY", .right), ("PEAK", .right), ("LIMIT", .right), ("CPU", .right), ("EXECUTIONS", .right),
            ("ARTIFACTS", .right), ("START", .left)
        )
        for session in sessions {
            table.add(Self.cells(session, now: now))
        }
        return table.text
    }

    /// By which path it came to be, and how long that took.
    private static func start(_ creation: SessionCreationReport?) -> String {
        creation.map { "\($0.path.rawValue) \(Text.decimal($0.milliseconds)) ms" } ?? "-"
    }

    private static func cells(_ session: Session, now: Timestamp) -> [String] {
        let usage = session.usage
        return [
            session.id.description, session.name ?? "-", session.state.rawValue, session.image,
            Text.duration(now.seconds(since: session.createdAt)),
            session.state == .running ? "-" : Text.duration(now.seconds(since: session.lastActivityAt)),
            usage.map { Text.bytes($0.memoryBytes) } ?? "-", usage.map { Text.bytes($0.memoryPeakBytes) } ?? "-",
            Text.bytes(session.limits.memoryBytes), usage.map { Text.cpu($0.cpuSeconds) } ?? "-",
            String(session.executions), String(session.artifacts), Self.start(session.creation),
        ]
    }
}
