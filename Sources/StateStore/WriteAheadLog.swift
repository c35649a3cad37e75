// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Synchronization

/// SQLite's log as the disk has it.
///
/// A commit with `synchronous = NORMAL` is in the log but maybe not on the disk. Syncing the log makes it so, and
/// every commit before it; recovery reads the log up to the first frame that is not whole. When SQLite has moved
/// frames from the log into the database meanwhile, it has synced the log itself.
final class WriteAheadLog: Sendable {
    private struct State {
        /// Calls whose commits are on the disk, counted from the first.
        var covered: UInt64 = 0
        /// After a failed sync the kernel may have dropped the pages, so that a second one proves nothing.
        var failure: StateStoreError?
    }

    private let path: String
    private let file: Int32
    private let arrived = Atomic<UInt64>(0)
    private let state = Mutex(State())

    /// SQLite keeps the file until the last connection closes. It takes no lock on it, so that closing a descriptor
    /// of our own is harmless.
    init(path: String) throws(StateStoreError) {
        file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw .inputOutput("cannot open \(path)", errno: errno) }
        self.path = path
    }

    deinit {
        close(file)
    }

    /// Returns when every commit that ended before this call is on the disk. Blocks.
    ///
    /// A caller that waited while another one synced finds itself covered when its number was drawn before that
    /// sync began, and returns without one of its own.
    func sync() throws(StateStoreError) {
        let number = arrived.add(1, ordering: .sequentiallyConsistent).newValue
        let failure = state.withLock { state -> StateStoreError? in
            if let failure = state.failure { return failure }
            guard state.covered < number else { return nil }
            let covers = arrived.load(ordering: .sequentiallyConsistent)
            if fdatasync(file) == 0 {
                state.covered = covers
            } else {
                state.failure = .inputOutput("cannot sync \(path)", errno: errno)
            }
            return state.failure
        }
        if let failure { throw failure }
    }
}
