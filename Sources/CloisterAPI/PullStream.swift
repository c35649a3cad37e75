// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A sequence that produces an element only when it is asked for one, so that a slow consumer slows the producer.
/// One consumer at a time. Letting go of the stream releases what `next` captured; cancelling the consuming task must
/// make a waiting `next` return `nil` or throw.
package struct PullStream<Element: Sendable>: AsyncSequence, Sendable {
    private let next: @Sendable () async throws -> Element?

    package init(_ next: @escaping @Sendable () async throws -> Element?) {
        self.next = next
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let pull: @Sendable () async throws -> Element?

        package func next() async throws -> Element? {
            try await self.pull()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(pull: self.next)
    }
}
