// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI

/// What the operator decides. Sizes in bytes, times in seconds.
package struct SupervisorSettings: Sendable {
    package var node: String
    package var instance = "default"
    package var version = "0"
    package var defaultImage = "python-minimal"
    package var sessionDefault: CloisterAPI.SessionLimits
    package var sessionMaximum: CloisterAPI.SessionLimits
    package var maximumSessions = 256
    package var maximumTimeoutSeconds: Double = 86_400
    /// Between the interrupt at the deadline and the kill.
    package var graceSeconds: Double = 2
    /// For an interpreter to greet.
    package var startSeconds: Double = 30
    package var queueLimit = 16
    package var pool = PoolPlan()
    package var output = OutputLimits()
    package var openFiles: UInt32 = 1024
    package var redirectsArtifacts = false
    /// Of a presigned URL.
    package var redirectSeconds = 86_400

    package init(
        node: String, sessionDefault: CloisterAPI.SessionLimits, sessionMaximum: CloisterAPI.SessionLimits
    ) {
        self.node = node
        self.sessionDefault = sessionDefault
        self.sessionMaximum = sessionMaximum
    }
}
