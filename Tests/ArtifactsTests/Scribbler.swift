// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Synchronization

/// Appends to, cuts and rewrites a file as fast as it can until it is stopped.
final class Scribbler: Sendable {
    private let path: String
    private let size: Int
    private let state = Mutex((isStopped: false, hasEnded: false))

    init(_ path: String, size: Int) {
        self.path = path
        self.size = size
        startThread { [self] in work() }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        while !state.withLock({ $0.hasEnded }) { usleep(1_000) }
    }

    private func work() {
        let file = open(path, O_RDWR)
        while !state.withLock({ $0.isStopped }) { scribble(file) }
        close(file)
        state.withLock { $0.hasEnded = true }
    }

    private func scribble(_ file: CInt) {
        let bytes = [UInt8](repeating: .random(in: 0...255), count: .random(in: 1...size))
        switch Int.random(in: 0..<4) {
        case 0: _ = ftruncate(file, off_t(bytes.count))
        case 1: _ = ftruncate(file, 0)
        case 2: _ = pwrite(file, bytes, bytes.count, off_t(size))
        default: _ = pwrite(file, bytes, bytes.count, 0)
        }
    }
}
