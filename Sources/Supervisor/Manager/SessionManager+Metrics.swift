// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import Synchronization
import Telemetry

extension SessionManager {
    package func metrics() async -> String {
        await noteListings()
        var metrics = MetricsText()
        core.metrics.write(to: &metrics)
        let sessions = registry.withLock { $0.byID.count }
        metrics.sample("cloister_sessions", .gauge, "Sessions that callers have.", Double(sessions))
        metrics.sample(
            "cloister_sessions_max", .gauge, "Sessions that callers can have.", Double(core.settings.maximumSessions))
        core.ready.status.write(to: &metrics)
        metrics.sample(
            "cloister_spawner_connected", .gauge, "Whether the spawner answers.", core.spawner.isConnected ? 1 : 0)
        if let own = try? await core.blocking.run({ OwnProcess.measure() }) { own.write(to: &metrics) }
        return metrics.text
    }
}

extension [ImagePool] {
    fileprivate func write(to metrics: inout MetricsText) {
        let families: [(String, MetricsText.Kind, String, (ImagePool) -> Double)] = [
            ("cloister_pool_ready", .gauge, "Sessions that wait for a caller.", { Double($0.ready) }),
            ("cloister_pool_ready_target", .gauge, "How many should wait.", { Double($0.readyTarget) }),
            ("cloister_pool_ready_bytes", .gauge, "What they used when they had started.", { Double($0.readyBytes) }),
            (
                "cloister_pool_ready_failures_total", .counter, "Ready sessions that did not start or ended unused.",
                { Double($0.readyFailures) }
            ),
            ("cloister_pool_holders", .gauge, "Empty sessions that wait.", { Double($0.holders) }),
            ("cloister_pool_holders_target", .gauge, "How many should wait.", { Double($0.holderTarget) }),
            ("cloister_zygote_up", .gauge, "Whether sessions are forked now.", { $0.zygote == .ready ? 1 : 0 }),
            ("cloister_zygote_generation", .gauge, "Zygotes so far that came to serve.", { Double($0.generation) }),
            ("cloister_zygote_forks_total", .counter, "Sessions forked.", { Double($0.forks) }),
            ("cloister_zygote_fallbacks_total", .counter, "Starts finished without it.", { Double($0.fallbacks) }),
            (
                "cloister_zygote_failures_total", .counter, "Zygotes that died, hung or could not start.",
                { Double($0.zygoteFailures) }
            ),
        ]
        for (name, kind, help, value) in families {
            metrics.family(name, kind, help) { family in
                for pool in self { family.add(value(pool), ["image": pool.image]) }
            }
        }
    }
}

extension OwnProcess {
    fileprivate func write(to metrics: inout MetricsText) {
        metrics.sample("cloister_daemon_resident_bytes", .gauge, "Memory of the daemon.", Double(residentBytes))
        metrics.sample("cloister_daemon_open_files", .gauge, "Descriptors of the daemon.", Double(openFiles))
        metrics.sample("cloister_daemon_threads", .gauge, "Threads of the daemon.", Double(threads))
    }
}
