// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import Glibc
import Platform
import Synchronization

/// Hands out the current credentials and fetches new ones when the store refuses the old.
final class S3CredentialProvider: Sendable {
    private static let largestFile = 64 * 1024

    private let source: S3CredentialSource
    private let pool: BlockingPool
    private let current: Mutex<S3Credentials?>

    init(_ source: S3CredentialSource, pool: BlockingPool) {
        self.source = source
        self.pool = pool
        current = Mutex(nil)
    }

    func credentials() async throws -> S3Credentials {
        if let known = current.withLock({ $0 }) { return known }
        return try await reload()
    }

    /// Reads the source again.
    func reload() async throws -> S3Credentials {
        let fresh = try await load()
        current.withLock { $0 = fresh }
        return fresh
    }

    private func load() async throws -> S3Credentials {
        switch source {
        case .fixed(let credentials): return credentials
        case .environment: return try Self.fromEnvironment(Self.variable)
        case .file(let path, let profile):
            let text = try await pool.run { try Self.read(path) }
            return try S3CredentialFile.parse(text, profile: profile, path: path)
        }
    }

    static func fromEnvironment(_ value: (String) -> String?) throws -> S3Credentials {
        guard let key = value("AWS_ACCESS_KEY_ID"), let secret = value("AWS_SECRET_ACCESS_KEY") else {
            throw ObjectStoreError(
                .configuration, "there are no S3 credentials in the environment",
                remedy: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for the daemon, or name a credentials file")
        }
        return S3Credentials(accessKeyID: key, secretAccessKey: secret, sessionToken: value("AWS_SESSION_TOKEN"))
    }

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }

    private static func read(_ path: String) throws -> String {
        do {
            return try Descriptor.open(path, O_RDONLY).readText(limit: largestFile)
        } catch {
            throw ObjectStoreError(
                .configuration, "cannot read the S3 credentials file \(path)",
                remedy: "make it readable by the daemon's user and by nobody else", cause: error)
        }
    }
}
