// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import FoundationEssentials

/// A mutating request that carries an Idempotency-Key, as it arrived.
package struct IdempotentRequest: Sendable, Equatable {
    package var peerUID: UInt32
    package var key: String
    package var method: String
    package var path: String
    /// Lower-case hex.
    package var bodySHA256: String

    package init(peerUID: UInt32, key: String, method: String, path: String, bodySHA256: String) {
        self.peerUID = peerUID
        self.key = key
        self.method = method
        self.path = path
        self.bodySHA256 = bodySHA256
    }
}

/// The answer that a repeated request gets again.
package struct IdempotentAnswer: Sendable, Equatable {
    package var status: Int64
    /// JSON object.
    package var headers: Data
    package var body: Data

    package init(status: Int64, headers: Data, body: Data) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// What is known of an idempotency key.
package enum IdempotencyLookup: Sendable, Equatable {
    /// The key is new and now reserved: carry the request out, then call `finishIdempotent` or `abandonIdempotent`.
    case new
    /// The first request has not been answered yet.
    case inProgress
    case answered(IdempotentAnswer)
    /// The key belongs to another method, path or body.
    case conflict
}
