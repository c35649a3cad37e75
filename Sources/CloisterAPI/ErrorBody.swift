// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The one shape of every error answer: `{"error": {…}}`.
package struct ErrorBody: Codable, Sendable, Equatable {
    package var error: Content

    package struct Content: Codable, Sendable, Equatable {
        package var code: String
        package var message: String
        package var remedy: String
        package var requestID: String
        @Nullable package var details: [String: JSONValue]?

        private enum CodingKeys: String, CodingKey {
            case code, message, remedy, details
            case requestID = "request_id"
        }
    }

    package init(_ error: CloisterError, requestID: String) {
        self.error = Content(
            code: error.code.rawValue, message: error.message, remedy: error.remedy, requestID: requestID,
            details: error.details
        )
    }
}
