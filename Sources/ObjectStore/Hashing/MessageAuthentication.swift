// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import COpenSSL

/// HMAC-SHA-256, what SigV4 derives its keys and signatures with.
enum MessageAuthentication {
    static func hmac(key: [UInt8], _ message: some StringProtocol) throws -> [UInt8] {
        try hmac(key: key, Array(message.utf8))
    }

    static func hmac(key: [UInt8], _ message: [UInt8]) throws -> [UInt8] {
        var code = [UInt8](repeating: 0, count: ContentDigest.byteCount)
        var written = 0
        let result = EVP_Q_mac(
            nil, "HMAC", nil, "SHA256", nil, key, key.count, message, message.count, &code, code.count, &written)
        guard result != nil, written == code.count else {
            throw ObjectStoreError(
                .cryptography, "OpenSSL refused to compute an HMAC",
                remedy: "check that libcrypto 3 offers HMAC with SHA-256")
        }
        return code
    }
}
