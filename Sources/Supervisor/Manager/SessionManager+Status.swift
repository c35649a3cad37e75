// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Blocking
import CPlatform
package import CloisterAPI
import Glibc
import ObjectStore
import Platform
import SpawnerProtocol
import StateStore
import Synchronization

extension SessionManager {
    package func status() async throws -> SystemStatus {
        let outbox = try await core.artifacts.outbox()
        let store = core.artifacts.store
        let spawner = await spawnerStatus()
        let problems = problems(spawner)
        let sessions = registry.withLock { Array($0.byID.values) }
        var described: [Session] = []
        for session in sessions { described.append(try await describe(session)) }
        return SystemStatus(
            daemon: try await core.blocking.run { [self] in daemonStatus(problems) },
            spawner: spawner,
            objectStore: ObjectStoreStatus(
                kind: store.kind, uri: store.location, pending: Int(clamping: outbox.pending + outbox.uploading),
                pendingBytes: outbox.pendingBytes + outbox.uploadingBytes, failed: Int(clamping: outbox.failed),
                lastError: outbox.lastError),
            pool: try await core.blocking.run { [self] in poolStatus() },
            limits: HostLimits(
                maxSessions: core.settings.maximumSessions, sessionMaximum: core.settings.sessionMaximum,
                sessionDefault: core.settings.sessionDefault),
            sessions: described.sorted { ($0.createdAt, $0.id.description) < ($1.createdAt, $1.id.description) })
    }

    package func readiness() async -> Readiness {
        let problems = problems(await spawnerStatus())
        return Readiness(status: problems.isEmpty ? .ready : .unready, problems: problems)
    }

    private func problems(_ spawner: SpawnerStatus) -> [String] {
        var problems: [String] = []
        if !spawner.connected {
            problems.append("The spawner does not answer: start cloister-spawner, or look at its log.")
        } else if !registry.withLock({ $0.isRecovered }) {
            problems.append("Sessions of the daemon before are still being taken up.")
        }
        return problems
    }

    private func spawnerStatus() async -> SpawnerStatus {
        guard let statistics = try? await core.spawner.statistics() else {
            return SpawnerStatus(connected: false, sessions: 0, descriptors: 0, leaks: [:])
        }
        return SpawnerStatus(
            connected: true, pid: Int(statistics.pid), cgroup: statistics.layout == .v2 ? .v2 : .hybrid,
            sessions: Int(statistics.sessions), descriptors: Int(statistics.openDescriptors),
            leaks: [
                "cgroups": Int(statistics.cgroupsPending), "subvolumes": Int(statistics.subvolumesPending),
            ])
    }

    private func daemonStatus(_ problems: [String]) -> DaemonStatus {
        DaemonStatus(
            version: core.settings.version, pid: Int(getpid()), node: core.settings.node,
            instance: core.settings.instance, startedAt: Timestamp(milliseconds: startedAt),
            uptimeSeconds: Double(WallClock.now() - startedAt) / 1_000, healthy: problems.isEmpty, problems: problems,
            residentBytes: OwnProcess.residentBytes, openFiles: OwnProcess.count("/proc/self/fd"),
            threads: OwnProcess.count("/proc/self/task"))
    }
}

/// What the kernel says of this process.
private enum OwnProcess {
    static var residentBytes: Int64 {
        guard let text = try? Descriptor.open("/proc/self/statm", O_RDONLY).readText() else { return 0 }
        let words = text.split(separator: " ")
        let pages = words.count > 1 ? Int64(words[1]) ?? 0 : 0
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }

    static func count(_ directory: String) -> Int {
        guard let opened = try? Descriptor.open(directory, O_RDONLY | O_DIRECTORY) else { return 0 }
        var count = 0
        try? DirectoryReader(opened).forEach { _ in
            count += 1
            return true
        }
        return count
    }
}

extension PoolStatus {
    /// The file system that the directory lies on; nil when it cannot be asked.
    init?(_ directory: Descriptor) {
        var (total, available): (UInt64, UInt64) = (0, 0)
        guard cloister_filesystem(directory.number, &total, &available) >= 0 else { return nil }
        self.init(totalBytes: Int64(clamping: total), freeBytes: Int64(clamping: available))
    }
}
