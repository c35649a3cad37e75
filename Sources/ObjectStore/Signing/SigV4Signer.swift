// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// AWS Signature Version 4: scope, string to sign, key derivation and signature. Pure.
package struct SigV4Signer: Sendable {
    package static let algorithm = "AWS4-HMAC-SHA256"

    package let region: String
    package let service: String

    package init(region: String, service: String = "s3") {
        self.region = region
        self.service = service
    }

    package func scope(_ time: SigningTime) -> String {
        "\(time.day)/\(region)/\(service)/aws4_request"
    }

    package func stringToSign(_ request: CanonicalRequest, time: SigningTime) throws -> String {
        let digest = try ContentDigest.of(Array(request.text.utf8)).hex
        return [Self.algorithm, time.timestamp, scope(time), digest].joined(separator: "\n")
    }

    /// The signature in hexadecimal.
    package func signature(
        _ request: CanonicalRequest, credentials: S3Credentials, time: SigningTime
    ) throws -> String {
        let key = try signingKey(secret: credentials.secretAccessKey, day: time.day)
        return Hex.encode(try MessageAuthentication.hmac(key: key, stringToSign(request, time: time)))
    }

    /// The value of the `Authorization` header.
    package func authorization(
        _ request: CanonicalRequest, credentials: S3Credentials, time: SigningTime
    ) throws -> String {
        let signature = try signature(request, credentials: credentials, time: time)
        let credential = "\(credentials.accessKeyID)/\(scope(time))"
        return
            "\(Self.algorithm) Credential=\(credential), SignedHeaders=\(request.signedHeaders), Signature=\(signature)"
    }

    private func signingKey(secret: String, day: String) throws -> [UInt8] {
        var key = Array("AWS4\(secret)".utf8)
        for part in [day, region, service, "aws4_request"] {
            key = try MessageAuthentication.hmac(key: key, part)
        }
        return key
    }
}
