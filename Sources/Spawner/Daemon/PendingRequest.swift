// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A request that is answered later. The answer belongs to the connection it came by: the next daemon counts its requests
/// from one again.
struct PendingRequest: Equatable {
    let connection: UInt64
    let id: UInt64

    /// What the spawner does of its own accord.
    static let nobody = PendingRequest(connection: 0, id: 0)
}
