// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// `[sessions]`: what a session gets and how long an execution may take.
package struct SessionSettings: Sendable, Equatable {
    package var defaultImage = "python-datascience"
    package var maxSessions: Int64 = 256
    package var defaultTimeoutSeconds: Int64 = 120
    package var maxTimeoutSeconds: Int64 = 86_400
    /// Between the interrupt at the deadline and the kill.
    package var interruptGraceSeconds: Int64 = 2
    /// What a session gets that asks for nothing.
    package var limits = LimitSettings()
    /// The most a session can ask for.
    package var maximum = LimitSettings.largest

    mutating func read(from section: Section) {
        section.read("default_image", into: &defaultImage, .image)
        section.read("max_sessions", into: &maxSessions, .count(1...1_000_000))
        section.read("default_timeout_seconds", into: &defaultTimeoutSeconds, .seconds(1...86_400))
        section.read("max_timeout_seconds", into: &maxTimeoutSeconds, .seconds(1...86_400))
        section.read("interrupt_grace_seconds", into: &interruptGraceSeconds, .seconds(0...600))
        limits.read(from: section.section("limits"))
        maximum.read(from: section.section("maximum"))
        section.refuseTheRest()
        compare(in: section)
    }

    private func compare(in section: Section) {
        section.require(
            defaultTimeoutSeconds <= maxTimeoutSeconds, "default_timeout_seconds",
            "is larger than max_timeout_seconds (\(maxTimeoutSeconds))",
            remedy: "lower it, or raise max_timeout_seconds")
        let pairs: [(String, Bool)] = [
            ("memory_bytes", limits.memoryBytes <= maximum.memoryBytes),
            ("cpus", limits.cpus <= maximum.cpus),
            ("pids", limits.pids <= maximum.pids),
            ("workspace_bytes", limits.workspaceBytes <= maximum.workspaceBytes),
            ("tmp_bytes", limits.tmpBytes <= maximum.tmpBytes),
        ]
        for (key, isWithin) in pairs {
            section.section("limits").require(
                isWithin, key, "is larger than sessions.maximum.\(key)",
                remedy: "lower it, or raise sessions.maximum.\(key)")
        }
    }
}
