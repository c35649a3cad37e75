// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Why a pool could not be made or did not take a call.
package enum BlockingPoolError: Error, Equatable, CustomStringConvertible {
    /// The pool was shut down before the call arrived.
    case shutDown(pool: String)
    /// The kernel refused a thread (`errno` of pthread_create).
    case cannotStartThread(pool: String, errno: Int32)

    package var description: String {
        switch self {
        case .shutDown(let pool):
            "thread pool \(pool) is shut down; the daemon is stopping, so repeat the request when it is up again"
        case .cannotStartThread(let pool, let errno):
            "cannot start a thread of pool \(pool) (errno \(errno)); raise the limit on tasks (TasksMax, RLIMIT_NPROC)"
        }
    }
}
