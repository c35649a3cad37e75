// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// A counting semaphore that puts the calling thread to sleep.
///
/// `@unchecked Sendable`: the only stored property is the address of a POSIX semaphore, made in `init`, freed in
/// `deinit`, and used in between only through calls that POSIX defines as safe from any thread.
final class ThreadSemaphore: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        semaphore = .allocate(capacity: 1)
        semaphore.initialize(to: sem_t())
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deinitialize(count: 1)
        semaphore.deallocate()
    }

    func signal() {
        sem_post(semaphore)
    }

    func wait() {
        // A signal handler may end the wait early (EINTR); nothing else can fail here.
        while sem_wait(semaphore) != 0 {}
    }
}
