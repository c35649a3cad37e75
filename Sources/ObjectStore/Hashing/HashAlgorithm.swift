// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import COpenSSL

/// SHA-256 as OpenSSL hands it out. Fetched once: an implicit fetch for each use costs more than hashing 200 bytes.
struct HashAlgorithm: @unchecked Sendable {
    static let sha256 = HashAlgorithm(pointer: EVP_MD_fetch(nil, "SHA256", nil))

    /// Unchecked because an `EVP_MD` is immutable and reference-counted once fetched; it lives as long as the process.
    let pointer: OpaquePointer?
}
