// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import NIOHTTP1

/// A request before it is signed. Each attempt signs it anew.
struct S3Request: Sendable {
    var method: HTTPMethod
    var key: ObjectKey
    var headers: [(name: String, value: String)] = []
    var body: ObjectBody?
    /// Completes "cannot …" in errors.
    var action: String
    /// Answers beside 2xx that are a result and not a failure.
    var expected: Set<Int> = []

    var payloadHash: String {
        body?.digest.hex ?? S3RequestSigner.emptyPayload
    }
}
