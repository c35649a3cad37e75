// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import AsyncHTTPClient
package import CloisterAPI
import FoundationEssentials
import NIOCore

package typealias EventSequence = Events<ExecutionEvent>

/// The events of an execution or a command, decoded line by line as they arrive. Ends after the result; a connection that breaks
/// before that throws `ClientError.interrupted`, and the events can be asked for again after the last sequence number.
package struct Events<Event: StreamedEvent>: AsyncSequence {
    private let body: HTTPClientResponse.Body

    init(_ body: HTTPClientResponse.Body) {
        self.body = body
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(body: self.body.makeAsyncIterator())
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        private var body: HTTPClientResponse.Body.AsyncIterator
        private var buffer = ByteBuffer()
        /// Bytes of `buffer` that are known to hold no end of line.
        private var searched = 0

        fileprivate init(body: HTTPClientResponse.Body.AsyncIterator) {
            self.body = body
        }

        package mutating func next() async throws -> Event? {
            while true {
                if let line = self.takeLine() { return try Self.decode(line) }
                guard var chunk = try await self.nextChunk() else {
                    guard self.buffer.readableBytes == 0 else {
                        throw ClientError.interrupted("the stream ended within a line")
                    }
                    return nil
                }
                self.buffer.writeBuffer(&chunk)
            }
        }

        private mutating func nextChunk() async throws -> ByteBuffer? {
            do {
                return try await self.body.next()
            } catch {
                throw ClientError.interrupted("\(error)")
            }
        }

        private mutating func takeLine() -> ByteBuffer? {
            let view = self.buffer.readableBytesView.dropFirst(self.searched)
            guard let end = view.firstIndex(of: UInt8(ascii: "\n")) else {
                self.searched = self.buffer.readableBytes
                return nil
            }
            let line = self.buffer.readSlice(length: end - self.buffer.readerIndex)
            self.buffer.moveReaderIndex(forwardBy: 1)
            self.buffer.discardReadBytes()
            self.searched = 0
            return line
        }

        private static func decode(_ line: ByteBuffer) throws -> Event {
            do {
                return try JSONDecoder().decode(Event.self, from: Data(line.readableBytesView))
            } catch {
                throw ClientError.unexpectedAnswer("\(error)")
            }
        }
    }
}
