// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import Hummingbird
import NIOCore

/// A request body as chunks of bytes. Ends with an error when fewer bytes came than were announced, so that half an
/// upload never passes for a whole one.
struct UploadBody: AsyncSequence, Sendable {
    private let body: RequestBody
    private let announcedSize: Int64?

    init(_ body: RequestBody, announcedSize: Int64?) {
        self.body = body
        self.announcedSize = announcedSize
    }

    /// `nil` for a chunked body.
    static func announcedSize(of request: Request) throws -> Int64? {
        guard let text = request.headers[.contentLength] else {
            return request.headers[.transferEncoding] == nil ? 0 : nil
        }
        guard let size = Int64(text), size >= 0 else { throw CloisterError.malformedHTTP }
        return size
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var buffers: RequestBody.AsyncIterator
        fileprivate var missing: Int64?

        mutating func next() async throws -> [UInt8]? {
            guard let buffer = try await self.buffers.next() else {
                guard self.missing ?? 0 == 0 else { throw UploadCutOff() }
                return nil
            }
            self.missing = self.missing.map { $0 - Int64(buffer.readableBytes) }
            return Array(buffer.readableBytesView)
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(buffers: self.body.makeAsyncIterator(), missing: self.announcedSize)
    }
}

/// The client went away in the middle of its upload.
struct UploadCutOff: Error {}
