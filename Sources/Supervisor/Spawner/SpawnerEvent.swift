// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import SpawnerProtocol

/// What the spawner tells without being asked.
package enum SpawnerEvent: Equatable, Sendable {
    /// The connection stands: the spawner's sessions are to be matched with the journal's.
    case connected
    /// Every open request has failed. The client connects again by itself.
    case disconnected
    case driverEnded(SessionKey, incarnation: UInt32, ProcessStatus)
    case checkpointKept(SessionKey, UInt32)
    case checkpointGone(SessionKey, UInt32)
    case commandEnded(SessionKey, UInt32, ProcessStatus)
}

/// Why a request to the spawner has no answer.
package enum SpawnerClientError: Error, Equatable, Sendable {
    /// No spawner is connected, or the connection broke before the answer.
    case unavailable
    /// The spawner refused or failed.
    case failure(SpawnerFailure)
    /// The answer was not one to this request.
    case protocolViolation
}
