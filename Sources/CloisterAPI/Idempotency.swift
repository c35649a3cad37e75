// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A request that carries an `Idempotency-Key`.
package struct IdempotentRequest: Sendable, Hashable {
    /// The peer's uid: keys of different users never meet.
    package var uid: UInt32
    /// 1–128 visible ASCII characters.
    package var key: String
    package var method: String
    package var path: String
    /// SHA-256 of the body.
    package var bodySHA256: [UInt8]

    package init(uid: UInt32, key: String, method: String, path: String, bodySHA256: [UInt8]) {
        self.uid = uid
        self.key = key
        self.method = method
        self.path = path
        self.bodySHA256 = bodySHA256
    }
}

/// A recorded answer, given again to a repeated request.
package struct IdempotentAnswer: Sendable, Equatable {
    package var status: Int
    package var headers: [String: String]
    package var body: [UInt8]

    package init(status: Int, headers: [String: String], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

package enum IdempotencyLookup: Sendable {
    /// The key is now claimed; `finishIdempotent` or `abandonIdempotent` must follow.
    case fresh
    case recorded(IdempotentAnswer)
}
