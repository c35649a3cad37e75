// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Synchronization

/// Exchanges two names as fast as it can until it is stopped.
final class Swapper: Sendable {
    private let first: String
    private let second: String
    private let state = Mutex((isStopped: false, swaps: 0, hasEnded: false))

    init(_ first: String, _ second: String) {
        self.first = first
        self.second = second
        startThread { [self] in work() }
    }

    var swaps: Int { state.withLock { $0.swaps } }

    func stop() {
        state.withLock { $0.isStopped = true }
        while !state.withLock({ $0.hasEnded }) { usleep(1_000) }
    }

    private func work() {
        let exchange: CUnsignedInt = 2
        while !state.withLock({ $0.isStopped }) {
            if cloister_rename(AT_FDCWD, first, AT_FDCWD, second, exchange) == 0 { state.withLock { $0.swaps += 1 } }
        }
        state.withLock { $0.hasEnded = true }
    }
}

/// Runs the body on a thread of its own.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    let code = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, box.toOpaque())
    if code == 0 { pthread_detach(thread) } else { box.release() }
}
