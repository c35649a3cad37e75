// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import Foundation
import Glibc
import ObjectStore
import Platform
import Testing

@Suite struct DirectoryStoreTests {
    let directory: TemporaryDirectory
    let root: String
    let store: DirectoryStore

    init() throws {
        directory = try TemporaryDirectory()
        root = directory.path + "/objects"
        store = try DirectoryStore(path: root, pool: try #require(TestPool.shared))
    }

    @Test func storesReadsAndDeletes() async throws {
        let bytes = (0..<1_500_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let body = try directory.body(bytes)
        let key = ObjectKey.artifact(body.digest)
        #expect(try await store.head(key) == nil)
        #expect(try await store.put(key, body, contentType: "image/png") == .stored)
        let information = ObjectInformation(size: Int64(bytes.count), contentType: "image/png")
        #expect(try await store.head(key) == information)
        let object = try await store.get(key, range: nil)
        #expect(object.information == information)
        #expect(try await collect(object.bytes) == bytes)
        let part = try await store.get(key, range: 999_999..<1_000_005)
        #expect(try await collect(part.bytes) == Array(bytes[999_999..<1_000_005]))
        try await store.delete(key)
        #expect(try await store.head(key) == nil)
        #expect(directory.files(below: root).isEmpty)
        try await store.delete(key)
    }

    @Test func theSameContentTwiceIsOneObject() async throws {
        let body = try directory.body(Array("same".utf8))
        let key = ObjectKey.artifact(body.digest)
        #expect(try await store.put(key, body, contentType: "application/octet-stream") == .stored)
        #expect(try await store.put(key, body, contentType: "text/plain") == .present)
        #expect(directory.files(below: root) == [key.text])
        #expect(try await store.head(key)?.contentType == "application/octet-stream")
    }

    @Test func racingWritersLeaveOneObjectAndNoRubbish() async throws {
        let body = try directory.body([UInt8](repeating: 9, count: 100_000))
        let key = ObjectKey.artifact(body.digest)
        let outcomes = try await withThrowingTaskGroup(of: PutOutcome.self) { group in
            for _ in 0..<16 { group.addTask { try await store.put(key, body, contentType: "text/csv") } }
            return try await group.reduce(into: [PutOutcome]()) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 == .stored }.count == 1)
        #expect(Set(directory.files(below: root)) == [key.text, key.text + ".type"])
    }

    @Test func bytesThatAreNotWhatTheirHashSaysAreRefused() async throws {
        let other = try ContentDigest.of(Array("something else".utf8))
        let body = try directory.body(Array("bytes".utf8), announcedAs: other)
        let error = await #expect(throws: ObjectStoreError.self) {
            try await store.put(.artifact(other), body, contentType: "text/plain")
        }
        #expect(error?.code == .integrity)
        #expect(try await store.head(.artifact(other)) == nil)
    }

    @Test func zerosBecomeHoles() async throws {
        let bytes = [UInt8](repeating: 0, count: 8 << 20) + [1]
        let body = try directory.body(bytes)
        let key = ObjectKey.artifact(body.digest)
        _ = try await store.put(key, body, contentType: "application/octet-stream")
        var status = stat()
        #expect(stat("\(root)/\(key.text)", &status) == 0)
        #expect(status.st_blocks * 512 < 1 << 20)
        #expect(try await collect(store.get(key, range: nil).bytes) == bytes)
    }

    @Test func rangesOutsideAreRefused() async throws {
        let body = try directory.body([1, 2, 3])
        let key = ObjectKey.artifact(body.digest)
        _ = try await store.put(key, body, contentType: "text/plain")
        await #expect(throws: ObjectStoreError.self) { try await store.get(key, range: 1..<4) }
        #expect(try await collect(store.get(key, range: 1..<1).bytes).isEmpty)
    }

    @Test func aMissingObjectSaysSo() async throws {
        let error = await #expect(throws: ObjectStoreError.self) {
            try await store.get(.artifact(ContentDigest.of([1])), range: nil)
        }
        #expect(error?.code == .notFound)
    }

    @Test func aRootThatIsNoDirectoryIsAConfigurationError() throws {
        let path = directory.path + "/file"
        try Data([1]).write(to: URL(filePath: path))
        let pool = try #require(TestPool.shared)
        let error = #expect(throws: ObjectStoreError.self) { try DirectoryStore(path: path, pool: pool) }
        #expect(error?.code == .configuration)
    }

    @Test func anObjectIsReadableByItsOwnerOnly() async throws {
        let body = try directory.body([5])
        _ = try await store.put(.artifact(body.digest), body, contentType: "text/plain")
        var status = stat()
        #expect(stat("\(root)/\(ObjectKey.artifact(body.digest).text)", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }
}
