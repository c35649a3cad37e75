// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Which bucket, how to reach it, and how patient to be.
package struct S3Configuration: Sendable {
    package enum Addressing: String, Sendable {
        /// `https://host/bucket/key`: what self-hosted stores expect.
        case path
        /// `https://bucket.host/key`: what AWS expects.
        case virtualHost = "virtual-host"
    }

    package var bucket: String
    package var region: String
    /// `http://host:port` or `https://host`; nil is AWS's own endpoint of the region.
    package var endpoint: String?
    package var addressing: Addressing
    /// A PEM file whose certificates are trusted beside the system's.
    package var certificateAuthorityFile: String?
    package var credentials: S3CredentialSource
    package var connectTimeoutSeconds: Int64
    /// Without a byte in either direction for so long, a request has failed.
    package var idleTimeoutSeconds: Int64
    /// Requests that take part in one operation, the first included.
    package var attempts: Int
    /// Connections at the same time.
    package var connections: Int

    package init(
        bucket: String, region: String = "us-east-1", endpoint: String? = nil, addressing: Addressing? = nil,
        certificateAuthorityFile: String? = nil, credentials: S3CredentialSource = .environment,
        connectTimeoutSeconds: Int64 = 5, idleTimeoutSeconds: Int64 = 30, attempts: Int = 4, connections: Int = 16
    ) {
        self.bucket = bucket
        self.region = region
        self.endpoint = endpoint
        self.addressing = addressing ?? (endpoint == nil ? .virtualHost : .path)
        self.certificateAuthorityFile = certificateAuthorityFile
        self.credentials = credentials
        self.connectTimeoutSeconds = connectTimeoutSeconds
        self.idleTimeoutSeconds = idleTimeoutSeconds
        self.attempts = attempts
        self.connections = connections
    }
}

package enum S3CredentialSource: Sendable {
    case fixed(S3Credentials)
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`.
    case environment
    /// A file in the form of `~/.aws/credentials`; read again when the store says that the key has expired.
    case file(path: String, profile: String)
}
