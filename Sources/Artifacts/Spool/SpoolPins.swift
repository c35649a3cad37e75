// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import ObjectStore
import Synchronization

/// Contents that captures under way count on, from before they look for the file until their rows are written.
///
/// A capture that finds another's file in the spool relies on it. So a capture that fails removes only what no
/// other has pinned, and looks while nobody can pin.
final class SpoolPins: Sendable {
    private let counts = Mutex<[ContentDigest: Int]>([:])

    func pin(_ digest: ContentDigest) {
        counts.withLock { $0[digest, default: 0] += 1 }
    }

    func unpin(_ digests: Set<ContentDigest>) {
        counts.withLock { counts in
            for digest in digests {
                let left = (counts[digest] ?? 0) - 1
                counts[digest] = left > 0 ? left : nil
            }
        }
    }

    /// Runs `body` when the caller's pin is the only one. Nobody pins meanwhile.
    func ifOnlyOne(_ digest: ContentDigest, _ body: () -> Void) {
        counts.withLock { if $0[digest] == 1 { body() } }
    }
}
