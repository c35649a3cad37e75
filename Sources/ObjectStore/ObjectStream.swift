// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import NIOCore

/// An object's bytes in order, a chunk at a time, whatever store they come from. To be read once.
package struct ObjectStream: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let nextChunk: () async throws -> ByteBuffer?

        package mutating func next() async throws -> ByteBuffer? {
            try await nextChunk()
        }
    }

    private let iterator: @Sendable () -> AsyncIterator

    package init<Chunks: AsyncSequence & Sendable>(_ chunks: Chunks) where Chunks.Element == ByteBuffer {
        iterator = {
            var iterator = chunks.makeAsyncIterator()
            return AsyncIterator { try await iterator.next() }
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        iterator()
    }
}
