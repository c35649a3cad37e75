// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Synchronization

/// Bytes in the spool, of all sessions. Reserved before a file is read and released when it is gone from the spool.
package final class SpoolBudget: Sendable {
    package let limit: Int64
    private let used = Mutex<Int64>(0)

    package init(limit: Int64) {
        self.limit = limit
    }

    package var usedBytes: Int64 { used.withLock { $0 } }

    func reserve(_ bytes: Int64) -> Bool {
        used.withLock { used in
            guard bytes <= limit - used else { return false }
            used += bytes
            return true
        }
    }

    func release(_ bytes: Int64) {
        used.withLock { $0 = max(0, $0 - bytes) }
    }

    /// Counts what an earlier daemon has left, whatever the limit says.
    func adopt(_ bytes: Int64) {
        used.withLock { $0 += bytes }
    }
}
