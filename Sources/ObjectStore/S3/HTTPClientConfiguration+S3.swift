// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import AsyncHTTPClient
import NIOCore
import NIOSSL

extension HTTPClient.Configuration {
    /// HTTP/1.1 without redirects: a redirected request would carry a signature made for another host.
    init(s3: S3Configuration) throws {
        var pool = HTTPClient.Configuration.ConnectionPool(idleTimeout: .seconds(30))
        pool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(1, s3.connections)
        // A refused connection is reported at once and repeated by the retry policy.
        pool.retryConnectionEstablishment = false
        self.init(
            tlsConfiguration: try Self.tls(s3), redirectConfiguration: .disallow,
            timeout: .init(
                connect: .seconds(s3.connectTimeoutSeconds), read: .seconds(s3.idleTimeoutSeconds),
                write: .seconds(s3.idleTimeoutSeconds)),
            connectionPool: pool)
        httpVersion = .http1Only
    }

    private static func tls(_ s3: S3Configuration) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        guard let file = s3.certificateAuthorityFile else { return tls }
        do {
            tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(file))]
        } catch {
            throw ObjectStoreError(
                .configuration, "cannot read certificates from \(file)",
                remedy: "name a PEM file that the daemon's user may read", cause: error)
        }
        return tls
    }
}
