// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import COpenSSL

/// Incremental SHA-256. Blocks while it computes: callers run it on the blocking pool.
package struct ContentHasher: ~Copyable {
    private let context: OpaquePointer

    package init() throws {
        guard let algorithm = HashAlgorithm.sha256.pointer, let context = EVP_MD_CTX_new() else {
            throw Self.failure
        }
        guard EVP_DigestInit_ex2(context, algorithm, nil) == 1 else {
            EVP_MD_CTX_free(context)
            throw Self.failure
        }
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count > 0 else { return }
        guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else { throw Self.failure }
    }

    package mutating func update(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try update($0) }
    }

    /// The digest of everything so far. The hasher takes no more bytes afterwards.
    package mutating func finish() throws -> ContentDigest {
        var bytes = [UInt8](repeating: 0, count: ContentDigest.byteCount)
        guard EVP_DigestFinal_ex(context, &bytes, nil) == 1, let digest = ContentDigest(bytes: bytes) else {
            throw Self.failure
        }
        return digest
    }

    private static var failure: ObjectStoreError {
        ObjectStoreError(
            .cryptography, "OpenSSL refused to compute a SHA-256",
            remedy: "check that libcrypto 3 offers SHA-256 (openssl list -digest-algorithms)")
    }
}

extension ContentDigest {
    /// The SHA-256 of bytes in memory.
    package static func of(_ bytes: [UInt8]) throws -> ContentDigest {
        var hasher = try ContentHasher()
        try hasher.update(bytes)
        return try hasher.finish()
    }
}
