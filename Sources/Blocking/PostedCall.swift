// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A call that nobody waits for.
final class PostedCall: PendingCall {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }

    func perform() {
        body()
    }

    func refuse(with error: BlockingPoolError) {}
}
