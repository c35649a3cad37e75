// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

extension S3Failure {
    package enum Reaction: Sendable, Equatable {
        /// The same request may succeed a little later.
        case retry
        /// The clocks differ: sign again with the store's time.
        case correctClock
        /// The key has expired: fetch credentials again.
        case renewCredentials
        case giveUp
    }

    /// What to do next. Every request that is sent here may be repeated.
    package var reaction: Reaction {
        guard let status else { return .retry }
        switch (status, code) {
        case (403, "RequestTimeTooSkewed"): return .correctClock
        case (_, "ExpiredToken"), (_, "InvalidToken"), (403, "InvalidAccessKeyId"), (_, "TokenRefreshRequired"):
            return .renewCredentials
        case (400, "RequestTimeout"), (409, _), (408, _), (429, _), (500, _), (502, _), (503, _), (504, _):
            return .retry
        default: return .giveUp
        }
    }

    /// The error for the daemon's callers.
    ///
    /// - Parameter action: completes "cannot …".
    package func explained(_ action: String, at location: String) -> ObjectStoreError {
        let words = [status.map { "HTTP \($0)" }, code.isEmpty ? nil : code, message.isEmpty ? nil : message]
        return ObjectStoreError(
            storeCode, "cannot \(action) in \(location)", remedy: remedy,
            causeText: words.compactMap(\.self).joined(separator: ": "),
            transient: reaction != .giveUp || status == 403 || status == 404)
    }

    private var storeCode: ObjectStoreError.Code {
        switch (status, code) {
        case (nil, _): isTimeout ? .timeout : .unavailable
        case (403, _), (401, _): .accessDenied
        case (404, "NoSuchBucket"): .configuration
        case (404, _): .notFound
        case (416, _): .invalidRange
        case (301, _), (307, _), (308, _): .configuration
        case (400, "XAmzContentSHA256Mismatch"), (400, "BadDigest"), (422, _): .integrity
        case (507, _), (_, "QuotaExceeded"): .full
        case (let status?, _): status >= 500 || status == 429 || status == 409 ? .unavailable : .refused
        }
    }

    private var remedy: String {
        switch (storeCode, code) {
        case (.timeout, _), (.unavailable, _):
            "check that the endpoint answers and, with https, that its certificate is signed by a trusted authority"
        case (.accessDenied, "RequestTimeTooSkewed"): "set this machine's clock"
        case (.accessDenied, "SignatureDoesNotMatch"): "check the secret key and the configured region"
        case (.accessDenied, _): "check the access key and that its policy allows this on the bucket"
        case (.configuration, "NoSuchBucket"): "make the bucket or correct its name in the configuration"
        case (.configuration, _): "set the region to \(region ?? "the bucket's own") in the configuration"
        case (.integrity, _): "the bytes changed after they were hashed: check the disk that holds the spool"
        case (.full, _): "raise the bucket's quota or delete old objects"
        case (.notFound, _): "it may have been deleted from the bucket"
        default: "see the store's own words"
        }
    }
}
