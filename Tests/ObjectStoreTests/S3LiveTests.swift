// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import Foundation
import ObjectStore
import Testing

/// The store against a real server: S3_ENDPOINT, S3_BUCKET, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY name it.
@Suite struct S3LiveTests {
    static let environment = ProcessInfo.processInfo.environment
    static let isGiven = ["S3_ENDPOINT", "S3_BUCKET", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
        .allSatisfy { environment[$0] != nil }

    @Test(.enabled(if: isGiven, "S3_ENDPOINT, S3_BUCKET and AWS_… do not name a server to try this with"))
    func storesReadsPresignsAndDeletes() async throws {
        let configuration = S3Configuration(
            bucket: try #require(Self.environment["S3_BUCKET"]), endpoint: Self.environment["S3_ENDPOINT"],
            certificateAuthorityFile: Self.environment["AWS_CA_BUNDLE"])
        let store = try S3Store(configuration, pool: try #require(TestPool.shared))
        let directory = try TemporaryDirectory()
        let bytes = (0..<3_000_000).map { _ in UInt8.random(in: 0...255) }
        let body = try directory.body(bytes)
        let key = ObjectKey.artifact(body.digest)
        #expect(try await store.put(key, body, contentType: "image/png") == .stored)
        #expect(try await store.put(key, body, contentType: "image/png") == .present)
        #expect(try await store.head(key) == ObjectInformation(size: 3_000_000, contentType: "image/png"))
        #expect(try await collect(store.get(key, range: nil).bytes) == bytes)
        #expect(try await collect(store.get(key, range: 5..<9).bytes) == Array(bytes[5..<9]))
        let url = try await store.presignedGet(key, expires: 60, fileName: "é plot.png")
        #expect(url?.contains("X-Amz-Signature=") == true)
        try await store.delete(key)
        #expect(try await store.head(key) == nil)
        await store.shutdown()
    }

    @Test(
        .enabled(if: isGiven, "S3_ENDPOINT, S3_BUCKET and AWS_… do not name a server to try this with"),
        arguments: ["a b+c", "it's (a) [key]!*", "a@b:c,d;e$f=&", "what?#now", "100%25 of %2F", "é/🙂", "a~b\\c|d^e`"])
    func oddKeysArriveAsTheyAre(_ name: String) async throws {
        let configuration = S3Configuration(
            bucket: try #require(Self.environment["S3_BUCKET"]), endpoint: Self.environment["S3_ENDPOINT"],
            certificateAuthorityFile: Self.environment["AWS_CA_BUNDLE"])
        let store = try S3Store(configuration, pool: try #require(TestPool.shared))
        let body = try TemporaryDirectory().body(Array(name.utf8))
        let key = try ObjectKey("odd/\(name)")
        #expect(try await store.put(key, body, contentType: "text/plain") == .stored)
        #expect(try await collect(store.get(key, range: nil).bytes) == Array(name.utf8))
        try await store.delete(key)
        #expect(try await store.head(key) == nil)
        await store.shutdown()
    }

    @Test(.enabled(if: isGiven, "S3_ENDPOINT, S3_BUCKET and AWS_… do not name a server to try this with"))
    func theServerRefusesBytesThatChangedAfterHashing() async throws {
        let configuration = S3Configuration(
            bucket: try #require(Self.environment["S3_BUCKET"]), endpoint: Self.environment["S3_ENDPOINT"],
            certificateAuthorityFile: Self.environment["AWS_CA_BUNDLE"])
        let store = try S3Store(configuration, pool: try #require(TestPool.shared))
        let announced = try ContentDigest.of(Array("announced-\(UInt64.random(in: .min ... .max))".utf8))
        let body = try TemporaryDirectory().body(Array("sent".utf8), announcedAs: announced)
        await #expect(throws: ObjectStoreError.self) {
            try await store.put(.artifact(announced), body, contentType: "text/plain")
        }
        #expect(try await store.head(.artifact(announced)) == nil)
        await store.shutdown()
    }
}
