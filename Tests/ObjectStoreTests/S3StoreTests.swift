// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import ObjectStore
import Testing

/// The store against a server that answers from a script: the cases that real servers cannot be made to show.
@Suite struct S3StoreTests {
    let directory = Result { try TemporaryDirectory() }

    private func withStore<Value>(
        _ script: [FakeS3.Answer], attempts: Int = 3, source: S3CredentialSource? = nil,
        _ body: (S3Store, FakeS3) async throws -> Value
    ) async throws -> Value {
        let server = try await FakeS3(script)
        let keys = S3Credentials(accessKeyID: "key", secretAccessKey: "canary-secret")
        let configuration = S3Configuration(
            bucket: "bucket", endpoint: "http://127.0.0.1:\(server.port)", credentials: source ?? .fixed(keys),
            connectTimeoutSeconds: 2, idleTimeoutSeconds: 5, attempts: attempts)
        let store = try S3Store(configuration, pool: try #require(TestPool.shared))
        let result: Result<Value, any Error>
        do { result = .success(try await body(store, server)) } catch { result = .failure(error) }
        await store.shutdown()
        try await server.stop()
        return try result.get()
    }

    private func header(_ request: FakeS3.Request?, _ name: String) -> String? {
        request?.head.headers.first(name: name)
    }

    @Test func aPutCarriesLengthHashTypeAndCondition() async throws {
        let bytes = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0) }
        let body = try directory.get().body(bytes)
        try await withStore([.ok]) { store, server in
            let result = try await store.put(.artifact(body.digest), body, contentType: "image/png")
            #expect(result == .stored)
            let request = server.requests.first
            #expect(request?.body == bytes)
            #expect(header(request, "content-length") == "2000000")
            #expect(header(request, "transfer-encoding") == nil)
            #expect(header(request, "x-amz-content-sha256") == body.digest.hex)
            #expect(header(request, "content-type") == "image/png")
            #expect(header(request, "if-none-match") == "*")
            #expect(request?.head.uri == "/bucket/\(ObjectKey.artifact(body.digest).text)")
            let authorization = header(request, "authorization") ?? ""
            #expect(authorization.contains("host;if-none-match;x-amz-content-sha256;x-amz-date"))
        }
    }

    @Test func anEmptyFileIsSentWithLengthZero() async throws {
        let body = try directory.get().body([])
        try await withStore([.ok]) { store, server in
            let result = try await store.put(.artifact(body.digest), body, contentType: "text/plain")
            #expect(result == .stored)
            #expect(header(server.requests.first, "content-length") == "0")
        }
    }

    @Test(arguments: [
        ([FakeS3.Answer.failure(412, "PreconditionFailed")], PutOutcome.present, 1),
        ([.failure(409, "ConditionalRequestConflict"), .ok], .stored, 2),
        ([.failure(503, "SlowDown"), .failure(500, "InternalError"), .ok], .stored, 3),
        ([.failure(501, "NotImplemented"), .ok], .stored, 2),
        ([.failure(503, "SlowDown"), .failure(412, "PreconditionFailed")], .present, 2),
    ])
    func answersThatEndWell(_ script: [FakeS3.Answer], _ outcome: PutOutcome, _ count: Int) async throws {
        let body = try directory.get().body(Array("hello".utf8))
        try await withStore(script) { store, server in
            let result = try await store.put(.artifact(body.digest), body, contentType: "text/plain")
            #expect(result == outcome)
            #expect(server.requests.count == count)
            #expect(server.requests.allSatisfy { $0.body == Array("hello".utf8) })
        }
    }

    @Test func aStoreWithoutConditionsIsAskedOnce() async throws {
        let body = try directory.get().body([1])
        try await withStore([.failure(501, "NotImplemented"), .ok]) { store, server in
            for _ in 0..<2 { _ = try await store.put(.artifact(body.digest), body, contentType: "text/plain") }
            #expect(server.requests.map { header($0, "if-none-match") } == ["*", nil, nil])
        }
    }

    @Test func aResetInTheMiddleOfTheBodyIsRepeated() async throws {
        let bytes = [UInt8](repeating: 3, count: 3_000_000)
        let body = try directory.get().body(bytes)
        try await withStore([FakeS3.Answer(status: 0, reset: true), .ok]) { store, server in
            let result = try await store.put(.artifact(body.digest), body, contentType: "text/plain")
            #expect(result == .stored)
            #expect(server.requests.last?.body == bytes)
        }
    }

    @Test func refusalsAreNotRepeated() async throws {
        let body = try directory.get().body([1])
        try await withStore([.failure(403, "SignatureDoesNotMatch")]) { store, server in
            let error = await #expect(throws: ObjectStoreError.self) {
                try await store.put(.artifact(body.digest), body, contentType: "text/plain")
            }
            #expect(error?.code == .accessDenied)
            #expect(error?.description.contains("canary") == false)
            #expect(server.requests.count == 1)
        }
    }

    @Test func patienceEnds() async throws {
        let body = try directory.get().body([1])
        try await withStore([.failure(503, "SlowDown")], attempts: 2) { store, server in
            let error = await #expect(throws: ObjectStoreError.self) {
                try await store.put(.artifact(body.digest), body, contentType: "text/plain")
            }
            #expect(error?.code == .unavailable)
            #expect(error?.transient == true)
            #expect(server.requests.count == 2)
        }
    }

    @Test func aWrongClockIsCorrectedOnce() async throws {
        let skewed = FakeS3.Answer(
            status: 403, headers: [("date", "Wed, 21 Oct 2015 07:28:00 GMT")],
            body: "<Error><Code>RequestTimeTooSkewed</Code></Error>")
        try await withStore([skewed, .ok]) { store, server in
            try await store.delete(ObjectKey("k"))
            #expect(header(server.requests.last, "x-amz-date")?.hasPrefix("20151021T0728") == true)
        }
        try await withStore([skewed]) { store, server in
            await #expect(throws: ObjectStoreError.self) { try await store.delete(ObjectKey("k")) }
            #expect(server.requests.count == 2)
        }
    }

    @Test func anExpiredKeyIsFetchedAgain() async throws {
        let path = try directory.get().path + "/credentials"
        func write(_ key: String) throws {
            let text = "[default]\naws_access_key_id=\(key)\naws_secret_access_key=s\naws_session_token=t-\(key)\n"
            try Data(text.utf8).write(to: URL(filePath: path))
        }
        try write("old")
        let script: [FakeS3.Answer] = [.ok, .failure(403, "ExpiredToken"), .ok]
        try await withStore(script, source: .file(path: path, profile: "default")) { store, server in
            try await store.delete(ObjectKey("k"))
            try write("new")
            try await store.delete(ObjectKey("k"))
            let tokens = server.requests.map { header($0, "x-amz-security-token") }
            #expect(tokens == ["t-old", "t-old", "t-new"])
        }
    }

    @Test func readsHeadsAndRanges() async throws {
        let whole = FakeS3.Answer(status: 200, headers: [("content-type", "text/csv")], body: "0123456789")
        let part = FakeS3.Answer(status: 206, headers: [("content-range", "bytes 2-4/10")], body: "234")
        let head = FakeS3.Answer(status: 200, headers: [("content-length", "10"), ("content-type", "text/csv")])
        try await withStore([whole, part, head, .failure(404, "NoSuchKey")]) { store, server in
            let object = try await store.get(ObjectKey("k"), range: nil)
            #expect(object.information == ObjectInformation(size: 10, contentType: "text/csv"))
            #expect(try await collect(object.bytes) == Array("0123456789".utf8))
            let ranged = try await store.get(ObjectKey("k"), range: 2..<5)
            #expect(ranged.information.size == 10)
            #expect(try await collect(ranged.bytes) == Array("234".utf8))
            #expect(header(server.requests.last, "range") == "bytes=2-4")
            #expect(try await store.head(ObjectKey("k"))?.size == 10)
            #expect(try await store.head(ObjectKey("k")) == nil)
            let error = await #expect(throws: ObjectStoreError.self) { try await store.get(ObjectKey("k"), range: nil) }
            #expect(error?.code == .notFound)
        }
    }

    @Test func noServerIsAnErrorThatSaysSo() async throws {
        let configuration = S3Configuration(
            bucket: "bucket", endpoint: "http://127.0.0.1:1",
            credentials: .fixed(S3Credentials(accessKeyID: "k", secretAccessKey: "s")), attempts: 2)
        let store = try S3Store(configuration, pool: try #require(TestPool.shared))
        let error = await #expect(throws: ObjectStoreError.self) { try await store.head(ObjectKey("k")) }
        #expect(error?.code == .unavailable)
        #expect(error?.transient == true)
        await store.shutdown()
    }
}
