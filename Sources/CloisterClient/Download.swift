// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import AsyncHTTPClient
package import NIOCore

/// The bytes of a file as they arrive. A connection that breaks throws `ClientError.interrupted`.
package struct Download: AsyncSequence {
    private let body: HTTPClientResponse.Body

    init(_ body: HTTPClientResponse.Body) {
        self.body = body
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(body: self.body.makeAsyncIterator())
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var body: HTTPClientResponse.Body.AsyncIterator

        package mutating func next() async throws -> ByteBuffer? {
            do {
                return try await self.body.next()
            } catch {
                throw ClientError.interrupted("\(error)")
            }
        }
    }
}
