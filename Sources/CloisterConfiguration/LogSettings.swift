// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// `[log]`: what the daemon writes to stderr.
package struct LogSettings: Sendable, Equatable {
    package enum Level: String, Sendable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    package var level = Level.info

    mutating func read(from section: Section) {
        section.read("level", into: &level, .choice())
        section.refuseTheRest()
    }
}
