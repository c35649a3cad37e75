// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import ObjectStore
import Testing

/// Requests as botocore's S3 client sends them: odd keys, empty query values, session tokens, presigned URLs.
@Suite struct SigningBotocoreTests {
    static let vectors = try? BotocoreVectors.load()

    @Test func thereAreEnoughVectors() throws {
        let vectors = try #require(Self.vectors)
        #expect(vectors.cases.count >= 20)
        #expect(Set(vectors.cases.map(\.kind)) == ["header", "query"])
    }

    @Test(arguments: vectors?.cases.filter { $0.kind == "header" } ?? [])
    func headers(_ vector: BotocoreVectors.Case) throws {
        let vectors = try #require(Self.vectors)
        let signed = try S3RequestSigner(region: vector.region).sign(
            method: vector.method, path: vector.path, query: pairs(vector.query), headers: pairs(vector.headers),
            payloadHash: vector.payloadHash, credentials: vectors.credentials(vector),
            time: SigningTime(epochSeconds: vectors.epochSeconds))
        #expect(signed.last?.value == vector.expected)
        #expect(signed.contains { $0.name == "x-amz-security-token" } == (vector.token != nil))
    }

    @Test(arguments: vectors?.cases.filter { $0.kind == "query" } ?? [])
    func presigned(_ vector: BotocoreVectors.Case) throws {
        let vectors = try #require(Self.vectors)
        let query = try S3RequestSigner(region: vector.region).presignedQuery(
            method: vector.method, path: vector.path, query: pairs(vector.query), headers: pairs(vector.headers),
            payloadHash: vector.payloadHash, expires: try #require(vector.expires),
            credentials: vectors.credentials(vector), time: SigningTime(epochSeconds: vectors.epochSeconds))
        #expect(query.hasSuffix("&X-Amz-Signature=\(vector.expected)"))
    }

    @Test(arguments: vectors?.cases ?? [])
    func pathsAreEncodedAsBotocoreDoes(_ vector: BotocoreVectors.Case) throws {
        let endpoint = try S3Endpoint(
            S3Configuration(bucket: "bucket", endpoint: "http://store.example", addressing: .path))
        #expect(endpoint.url(path: vector.path) == "http://store.example\(vector.encodedPath)")
    }

    @Test func aChangedByteChangesTheSignature() throws {
        let credentials = S3Credentials(accessKeyID: "a", secretAccessKey: "b")
        let time = SigningTime(epochSeconds: 0)
        func authorization(_ path: String) throws -> String? {
            try S3RequestSigner(region: "r").sign(
                method: "GET", path: path, headers: [("host", "h")], credentials: credentials, time: time
            ).last?.value
        }
        #expect(try authorization("/a") != authorization("/b"))
        #expect(try authorization("/a") == authorization("/a"))
    }

    @Test func presignedUrlsLiveAtMostSevenDays() throws {
        let query = try S3RequestSigner(region: "r").presignedQuery(
            method: "GET", path: "/k", headers: [("host", "h")], expires: 10_000_000,
            credentials: S3Credentials(accessKeyID: "a", secretAccessKey: "b"), time: SigningTime(epochSeconds: 0))
        #expect(query.contains("X-Amz-Expires=604800&"))
    }

    @Test func credentialsDoNotPrintTheirSecrets() {
        let credentials = S3Credentials(accessKeyID: "id", secretAccessKey: "canary1", sessionToken: "canary2")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(!text.contains("canary"))
        }
    }
}
