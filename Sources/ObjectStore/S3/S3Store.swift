// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import AsyncHTTPClient
package import Blocking
import NIOCore
import NIOHTTP1
import Synchronization

/// Objects in a bucket of S3 or of a store that speaks its language.
///
/// Bodies are sent in one request of known length, signed with their real hash: the store refuses bytes that differ.
package final class S3Store: ObjectStore {
    package let kind = "s3"
    package let location: String
    private let client: S3Client
    /// False once the store has said that it does not know `If-None-Match` on PUT.
    private let knowsConditionalPut = Atomic(true)

    package init(_ configuration: S3Configuration, pool: BlockingPool) throws {
        location = "s3://\(configuration.bucket)"
        client = try S3Client(configuration, pool: pool)
    }

    package func uri(_ key: ObjectKey) -> String {
        "\(location)/\(key.text)"
    }

    package func put(_ key: ObjectKey, _ body: ObjectBody, contentType: String) async throws -> PutOutcome {
        var request = S3Request(method: .PUT, key: key, body: body, action: "store \(key)")
        request.headers.append(("content-type", contentType))
        if knowsConditionalPut.load(ordering: .relaxed) {
            if let outcome = try await putIfAbsent(request) { return outcome }
            knowsConditionalPut.store(false, ordering: .relaxed)
        }
        await Self.drain(try await client.send(request))
        return .stored
    }

    package func get(_ key: ObjectKey, range: Range<Int64>?) async throws -> StoredObject {
        var request = S3Request(method: .GET, key: key, action: "read \(key)")
        if let range {
            guard !range.isEmpty else { return try await empty(key) }
            request.headers.append(("range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"))
        }
        let response = try await client.send(request)
        let length = Self.length(response)
        if let range, length != Int64(range.count) {
            throw ObjectStoreError(
                .invalidRange, "the range ends behind the object", remedy: "ask for bytes within the object's size")
        }
        let size = Self.wholeSize(response) ?? length ?? 0
        let information = ObjectInformation(size: size, contentType: Self.type(response))
        return StoredObject(information: information, bytes: ObjectStream(response.body))
    }

    package func head(_ key: ObjectKey) async throws -> ObjectInformation? {
        let request = S3Request(method: .HEAD, key: key, action: "look up \(key)", expected: [404])
        let response = try await client.send(request)
        guard response.status != .notFound else { return nil }
        return ObjectInformation(size: Self.length(response) ?? 0, contentType: Self.type(response))
    }

    package func delete(_ key: ObjectKey) async throws {
        let request = S3Request(method: .DELETE, key: key, action: "delete \(key)", expected: [404])
        await Self.drain(try await client.send(request))
    }

    package func presignedGet(_ key: ObjectKey, expires: Int, fileName: String) async throws -> String? {
        let disposition = ContentDisposition.attachment(fileName: fileName)
        return try await client.presignedGet(
            key, query: [("response-content-disposition", disposition)], expires: expires)
    }

    package func shutdown() async {
        await client.shutdown()
    }

    /// Nil when the store does not know the condition.
    private func putIfAbsent(_ unconditional: S3Request) async throws -> PutOutcome? {
        var request = unconditional
        request.headers.append(("if-none-match", "*"))
        request.expected = [412, 501]
        let response = try await client.send(request)
        await Self.drain(response)
        switch response.status {
        case .preconditionFailed: return .present
        case .notImplemented: return nil
        default: return .stored
        }
    }

    private func empty(_ key: ObjectKey) async throws -> StoredObject {
        guard let information = try await head(key) else {
            throw ObjectStoreError(.notFound, "there is no object \(key)", remedy: "it may have been deleted")
        }
        return StoredObject(information: information, bytes: ObjectStream(NoChunks()))
    }

    /// Reads a short answer to its end, so that the connection serves the next request.
    private static func drain(_ response: HTTPClientResponse) async {
        _ = try? await response.body.collect(upTo: 64 * 1024)
    }

    private static func length(_ response: HTTPClientResponse) -> Int64? {
        response.headers.first(name: "content-length").flatMap { Int64($0) }
    }

    /// The size behind the slash of `Content-Range`.
    private static func wholeSize(_ response: HTTPClientResponse) -> Int64? {
        let range = response.headers.first(name: "content-range")
        return range?.split(separator: "/").last.flatMap { Int64($0) }
    }

    private static func type(_ response: HTTPClientResponse) -> String {
        response.headers.first(name: "content-type") ?? DirectoryStore.defaultType
    }
}

/// An object's stretch of no bytes.
private struct NoChunks: AsyncSequence, AsyncIteratorProtocol, Sendable {
    mutating func next() async throws -> ByteBuffer? { nil }
    func makeAsyncIterator() -> NoChunks { self }
}
