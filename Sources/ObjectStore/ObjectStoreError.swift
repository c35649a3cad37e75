// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What went wrong at an object store: a code to act on, a sentence, and what a person can do about it.
package struct ObjectStoreError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case notFound = "object_not_found"
        case accessDenied = "access_denied"
        case unavailable = "store_unavailable"
        case timeout = "store_timeout"
        case integrity = "integrity"
        case invalidKey = "invalid_key"
        case configuration = "store_configuration"
        case full = "store_full"
        case io = "io"
        case invalidRange = "invalid_range"
        case refused = "store_refused"
        case cryptography = "cryptography"
    }

    package let code: Code
    package let message: String
    package let remedy: String
    /// What lies underneath: an error number or the store's own words. Never holds a credential.
    package let cause: String?
    /// True when the same call may succeed later without anybody changing anything.
    package let transient: Bool

    package init(
        _ code: Code, _ message: String, remedy: String, cause: (any Error)? = nil, transient: Bool = false
    ) {
        self.init(code, message, remedy: remedy, causeText: cause.map { "\($0)" }, transient: transient)
    }

    package init(_ code: Code, _ message: String, remedy: String, causeText: String?, transient: Bool = false) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.cause = causeText
        self.transient = transient
    }

    package var description: String {
        let reason = cause.map { " (\($0))" } ?? ""
        return "\(code.rawValue): \(message)\(reason); \(remedy)"
    }
}
