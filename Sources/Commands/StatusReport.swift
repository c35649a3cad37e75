// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI

/// The status of a daemon as a person likes to read it.
package struct StatusReport {
    private let status: SystemStatus

    package init(_ status: SystemStatus) {
        self.status = status
    }

    package var text: String {
        let lines = [self.daemon, self.spawner, self.store] + self.pool + self.problems
        return lines.map { Text.printable($0) + "\n" }.joined() + "\n" + self.pools + self.sessions
    }

    private var daemon: String {
        let daemon = self.status.daemon
        let parts = [
            daemon.healthy ? "healthy" : "NOT HEALTHY", "up \(Text.duration(daemon.uptimeSeconds))",
            "pid \(daemon.pid)",
            Text.bytes(daemon.residentBytes), Text.count(daemon.openFiles, "open file", "open files"),
            Text.count(daemon.threads, "thread", "threads"),
        ]
        return "cloisterd \(daemon.version) on \(daemon.node) (\(daemon.instance)): \(parts.joined(separator: ", "))"
    }

    private var spawner: String {
        let spawner = self.status.spawner
        guard spawner.connected else { return "spawner: NOT CONNECTED" }
        var parts = [
            spawner.pid.map { "pid \($0)" }, spawner.cgroup.map { "cgroup \($0.rawValue)" },
            Text.count(spawner.sessions, "session", "sessions"),
            Text.count(spawner.descriptors, "descriptor", "descriptors"),
        ].compactMap { $0 }
        parts += spawner.leaks.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map {
            "\($0.value) \($0.key) to clean up"
        }
        return "spawner: \(parts.joined(separator: ", "))"
    }

    private var store: String {
        let store = self.status.objectStore
        var text = "artifacts: \(store.uri), \(store.pending) to upload (\(Text.bytes(store.pendingBytes)))"
        if store.failed > 0 { text += ", \(store.failed) FAILED" }
        if let error = store.lastError { text += ", last error: \(error)" }
        return text
    }

    private var pool: [String] {
        guard let pool = self.status.pool else { return [] }
        return ["pool: \(Text.bytes(pool.freeBytes)) free of \(Text.bytes(pool.totalBytes))"]
    }

    private var pools: String {
        guard self.status.pools.contains(where: { $0.isUsed }) else { return "" }
        return PoolTable.text(self.status.pools) + "\n"
    }

    private var problems: [String] {
        self.status.daemon.problems.map { "problem: \($0)" }
    }

    private var sessions: String {
        guard !self.status.sessions.isEmpty else {
            return "no sessions (at most \(self.status.limits.maxSessions))\n"
        }
        return SessionTable.text(self.status.sessions, now: self.now)
    }

    /// The daemon's clock: ages are right even when this machine's is not.
    private var now: Timestamp {
        let uptime = Int64(exactly: (self.status.daemon.uptimeSeconds * 1000).rounded()) ?? 0
        return Timestamp(milliseconds: self.status.daemon.startedAt.milliseconds &+ uptime)
    }
}
