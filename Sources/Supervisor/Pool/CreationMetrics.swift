// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Synchronization
import Telemetry

/// How sessions came to be since the daemon began.
final class CreationMetrics: Sendable {
    private typealias Path = SessionCreationReport.Path

    private struct Phase: Hashable {
        var path: Path
        var name: String
        var order: (String, String) { (path.rawValue, name) }
    }

    private struct Refill: Hashable {
        var image: String
        var path: Path
        var order: (String, String) { (image, path.rawValue) }
    }

    private struct Counts {
        var creations: [Path: Histogram] = Dictionary(uniqueKeysWithValues: Path.allCases.map { ($0, Histogram()) })
        var phases: [Phase: Histogram] = [:]
        var refills: [Refill: Int] = [:]
        var failures = 0
    }

    private let counts = Mutex(Counts())

    /// A caller has got its session.
    func created(_ report: SessionCreationReport) {
        counts.withLock { counts in
            counts.creations[report.path, default: Histogram()].observe(report.milliseconds / 1e3)
            for (name, milliseconds) in report.phases {
                counts.phases[Phase(path: report.path, name: name), default: Histogram()].observe(milliseconds / 1e3)
            }
        }
    }

    func failed() { counts.withLock { $0.failures += 1 } }

    /// A session was started for the pool.
    func refilled(_ image: String, _ path: SessionCreationReport.Path) {
        counts.withLock { $0.refills[Refill(image: image, path: path), default: 0] += 1 }
    }

    func write(to metrics: inout MetricsText) {
        let counts = counts.withLock { $0 }
        let creations = counts.creations.sorted { $0.key.rawValue < $1.key.rawValue }
        metrics.family("cloister_session_creations_total", .counter, "Sessions that callers got, by path.") { family in
            for (path, histogram) in creations { family.add(Double(histogram.count), ["path": path.rawValue]) }
        }
        metrics.sample(
            "cloister_session_creation_failures_total", .counter, "Sessions that callers did not get.",
            Double(counts.failures))
        metrics.family("cloister_session_creation_seconds", .histogram, "Time of a creation, by path.") { family in
            for (path, histogram) in creations { family.add(histogram, ["path": path.rawValue]) }
        }
        metrics.family(
            "cloister_session_creation_phase_seconds", .histogram, "Time of a creation, by path and phase."
        ) { family in
            for (phase, histogram) in counts.phases.sorted(by: { $0.key.order < $1.key.order }) {
                family.add(histogram, ["path": phase.path.rawValue, "phase": phase.name])
            }
        }
        metrics.family("cloister_pool_refills_total", .counter, "Sessions started to wait for a caller.") { family in
            for (refill, count) in counts.refills.sorted(by: { $0.key.order < $1.key.order }) {
                family.add(Double(count), ["image": refill.image, "path": refill.path.rawValue])
            }
        }
    }
}
