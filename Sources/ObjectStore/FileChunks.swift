// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import Blocking
import Glibc
package import NIOCore
package import Platform

/// A stretch of a file as chunks, each read on the blocking pool when it is asked for.
package struct FileChunks: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    /// Large enough that the change of threads costs little beside the copy.
    private static let chunkBytes: Int64 = 512 * 1024

    private let file: Descriptor
    private let range: Range<Int64>
    private let pool: BlockingPool

    package init(_ file: Descriptor, _ range: Range<Int64>, pool: BlockingPool) {
        self.file = file
        self.range = range
        self.pool = pool
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(file: file, pool: pool, offset: range.lowerBound, end: range.upperBound)
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let file: Descriptor
        fileprivate let pool: BlockingPool
        fileprivate var offset: Int64
        fileprivate let end: Int64

        /// A file that ends early is an error: a length was promised.
        package mutating func next() async throws -> ByteBuffer? {
            guard offset < end else { return nil }
            let (file, start, rest) = (file, offset, end - offset)
            let chunk = try await pool.run { try FileChunks.read(file, at: start, rest: rest) }
            guard chunk.readableBytes > 0 else {
                throw ObjectStoreError(
                    .io, "a file became shorter while it was read", remedy: "do not write to the daemon's directories")
            }
            offset += Int64(chunk.readableBytes)
            return chunk
        }
    }

    private static func read(_ file: Descriptor, at offset: Int64, rest: Int64) throws -> ByteBuffer {
        let count = Int(Swift.min(rest, chunkBytes))
        var chunk = ByteBufferAllocator().buffer(capacity: count)
        try chunk.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { room in
            try FileTransfer.read(file, into: UnsafeMutableRawBufferPointer(rebasing: room.prefix(count)), at: offset)
        }
        return chunk
    }
}
