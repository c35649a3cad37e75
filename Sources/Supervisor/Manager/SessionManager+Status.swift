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
        async let described = describe(registry.withLock { Array($0.byID.values) })
        async let listed: Void = noteListings()
        let outbox = try await core.artifacts.outbox()
        let store = core.artifacts.store
        let spawner = await spawnerStatus()
        let problems = problems(spawner)
        await listed
        let sessions = try await described
        return SystemStatus(
            daemon: try await core.blocking.run { [self] in daemonStatus(problems) },
            spawner: spawner,
            objectStore: ObjectStoreStatus(
                kind: store.kind, uri: store.location, pending: Int(clamping: outbox.pending + outbox.uploading),
                pendingBytes: outbox.pendingBytes + outbox.uploadingBytes, failed: Int(clamping: outbox.failed),
                lastError: outbox.lastError),
            pool: try await core.blocking.run { [self] in poolStatus() }, pools: core.ready.status,
            limits: HostLimits(
                maxSessions: core.settings.maximumSessions, sessionMaximum: core.settings.sessionMaximum,
                sessionDefault: core.settings.sessionDefault),
            sessions: sessions.sorted { ($0.createdAt, $0.id.value) < ($1.createdAt, $1.id.value) })
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
        let own = OwnProcess.measure()
        return DaemonStatus(
            version: core.settings.version, pid: Int(getpid()), node: core.settings.node,
            instance: core.settings.instance, startedAt: Timestamp(milliseconds: startedAt),
            uptimeSeconds: Double(WallClock.now() - startedAt) / 1_000, healthy: problems.isEmpty, problems: problems,
            residentBytes: own.residentBytes, openFiles: own.openFiles, threads: own.threads)
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
