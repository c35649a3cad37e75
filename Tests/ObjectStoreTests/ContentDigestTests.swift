// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import ObjectStore
import Testing

@Suite struct ContentDigestTests {
    @Test func knownAnswers() throws {
        #expect(try ContentDigest.of([]).hex == S3RequestSigner.emptyPayload)
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(try ContentDigest.of(Array("abc".utf8)).hex == abc)
        #expect(ContentDigest(hex: abc)?.hex == abc)
    }

    @Test func piecesHashAsTheWhole() throws {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var hasher = try ContentHasher()
        for start in stride(from: 0, to: bytes.count, by: 7_777) {
            try hasher.update(Array(bytes[start..<min(start + 7_777, bytes.count)]))
        }
        #expect(try hasher.finish() == ContentDigest.of(bytes))
    }

    @Test(arguments: ["", "ab", String(repeating: "A", count: 64), String(repeating: "g", count: 64)])
    func otherTextIsNoDigest(_ text: String) {
        #expect(ContentDigest(hex: text) == nil)
    }

    @Test func keysSpreadOverDirectories() throws {
        let digest = try ContentDigest.of([])
        #expect(ObjectKey.artifact(digest).text == "output/artifacts/e3/b0/\(digest.hex)")
    }

    @Test(arguments: ["", "/a", "a/", "a//b", ".", "a/../b", "a/.", "a\0b", String(repeating: "k", count: 1025)])
    func unsafeKeysAreRefused(_ text: String) {
        #expect(throws: ObjectStoreError.self) { try ObjectKey(text) }
    }

    @Test(arguments: ["a", "a/b", "..a/b..", "é/🙂", String(repeating: "k", count: 1024)])
    func safeKeysAreKept(_ text: String) throws {
        #expect(try ObjectKey(text).text == text)
    }
}
