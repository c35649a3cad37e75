// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Signs S3 requests: which headers go in, what the payload hash is, and how a presigned URL is put together.
package struct S3RequestSigner: Sendable {
    package static let unsignedPayload = "UNSIGNED-PAYLOAD"
    /// The SHA-256 of nothing: what a request without a body is signed with.
    package static let emptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    /// S3 refuses presigned URLs that live longer than seven days.
    package static let longestPresignedSeconds = 604_800

    private let signer: SigV4Signer

    package init(region: String, service: String = "s3") {
        signer = SigV4Signer(region: region, service: service)
    }

    /// The headers to send: those given plus date, payload hash, token and `Authorization`.
    ///
    /// - Parameter headers: must hold `host`; every one of them is signed.
    package func sign(
        method: String, path: String, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)], payloadHash: String = Self.emptyPayload,
        credentials: S3Credentials, time: SigningTime
    ) throws -> [(name: String, value: String)] {
        var signed = headers
        signed.append(("x-amz-content-sha256", payloadHash))
        signed.append(("x-amz-date", time.timestamp))
        if let token = credentials.sessionToken { signed.append(("x-amz-security-token", token)) }
        let request = CanonicalRequest(
            method: method, path: path, query: query, headers: signed, payloadHash: payloadHash)
        signed.append(("authorization", try signer.authorization(request, credentials: credentials, time: time)))
        return signed
    }

    /// The encoded query of a presigned URL, signature last.
    ///
    /// - Parameters:
    ///   - headers: what the URL's user has to send in just this form; usually only `host`.
    ///   - expires: seconds, held between 1 and seven days.
    package func presignedQuery(
        method: String, path: String, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)], payloadHash: String = Self.unsignedPayload,
        expires: Int, credentials: S3Credentials, time: SigningTime
    ) throws -> String {
        let lifetime = min(max(expires, 1), Self.longestPresignedSeconds)
        let names = CanonicalRequest(method: method, path: path, query: [], headers: headers, payloadHash: "")
        var full = query
        full.append(("X-Amz-Algorithm", SigV4Signer.algorithm))
        full.append(("X-Amz-Credential", "\(credentials.accessKeyID)/\(signer.scope(time))"))
        full.append(("X-Amz-Date", time.timestamp))
        full.append(("X-Amz-Expires", String(lifetime)))
        full.append(("X-Amz-SignedHeaders", names.signedHeaders))
        if let token = credentials.sessionToken { full.append(("X-Amz-Security-Token", token)) }
        let request = CanonicalRequest(
            method: method, path: path, query: full, headers: headers, payloadHash: payloadHash)
        let signature = try signer.signature(request, credentials: credentials, time: time)
        return "\(request.query)&X-Amz-Signature=\(signature)"
    }
}
