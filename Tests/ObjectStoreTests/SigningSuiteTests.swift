// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import ObjectStore
import Testing

/// AWS's own vectors (awslabs/aws-c-auth, tests/aws-signing-test-suite/v4), from a directory that the environment names.
@Suite struct SigningSuiteTests {
    static let directory = ProcessInfo.processInfo.environment["CLOISTER_SIGV4_VECTORS"]
    /// 2015-08-30T12:36:00Z, the moment of every case.
    static let time = SigningTime(epochSeconds: 1_440_938_160)

    @Test(.enabled(if: directory != nil, "CLOISTER_SIGV4_VECTORS does not name AWS's signing test suite"))
    func allCases() throws {
        let root = URL(filePath: try #require(Self.directory))
        let names = try FileManager.default.contentsOfDirectory(atPath: root.path()).sorted()
        let cases = try names.filter { $0 != "LICENSE" }.map { try SigningSuiteCase(root.appending(path: $0)) }
        #expect(cases.count == 38)
        for vector in cases {
            try check(vector)
            try checkPresigned(vector)
        }
    }

    private func check(_ vector: SigningSuiteCase) throws {
        var headers = vector.headers + [("X-Amz-Date", Self.time.timestamp)]
        if let token = vector.signedToken { headers.append(("X-Amz-Security-Token", token)) }
        let hash = try payloadHash(vector)
        if vector.context.signBody { headers.append(("x-amz-content-sha256", hash)) }
        let request = CanonicalRequest(
            method: vector.method, path: vector.path, query: vector.query, headers: headers, payloadHash: hash)
        let signer = SigV4Signer(region: vector.context.region, service: vector.context.service)
        #expect(try request.text == vector.expected("header-canonical-request.txt"), "\(vector.name)")
        let toSign = try signer.stringToSign(request, time: Self.time)
        #expect(try toSign == vector.expected("header-string-to-sign.txt"), "\(vector.name)")
        let signature = try signer.signature(request, credentials: vector.credentials, time: Self.time)
        #expect(try signature == vector.expected("header-signature.txt"), "\(vector.name)")
    }

    private func checkPresigned(_ vector: SigningSuiteCase) throws {
        let query = try S3RequestSigner(region: vector.context.region, service: vector.context.service).presignedQuery(
            method: vector.method, path: vector.path, query: vector.query, headers: vector.headers,
            payloadHash: try payloadHash(vector), expires: vector.context.expirationInSeconds,
            credentials: vector.credentials, time: Self.time)
        let signature = try vector.expected("query-signature.txt")
        #expect(query.hasSuffix("X-Amz-Signature=\(signature)"), "\(vector.name)")
        let canonical = try vector.expected("query-canonical-request.txt").split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(query.hasPrefix(canonical[2] + "&"), "\(vector.name)")
    }

    private func payloadHash(_ vector: SigningSuiteCase) throws -> String {
        vector.context.signBody
            ? try ContentDigest.of(Array(vector.body.utf8)).hex : S3RequestSigner.emptyPayload
    }
}
