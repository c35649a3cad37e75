// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A failure that a caller is told about: what happened, and what to do about it.
package struct CloisterError: Error, Sendable {
    package var code: ErrorCode
    /// One sentence, names the thing it is about.
    package var message: String
    /// One sentence that says what the caller or operator can do.
    package var remedy: String
    /// Facts a program can use; never secrets or host paths.
    package var details: [String: JSONValue]?
    /// For the log only; never sent to a caller.
    package var cause: (any Error)?

    package init(
        _ code: ErrorCode,
        _ message: String,
        remedy: String,
        details: [String: JSONValue]? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.details = details
        self.cause = cause
    }
}

extension CloisterError: CustomStringConvertible {
    package var description: String {
        let cause = self.cause.map { " (cause: \($0))" } ?? ""
        return "\(self.code.rawValue): \(self.message) \(self.remedy)\(cause)"
    }
}

extension CloisterError {
    package static func sessionNotFound(_ id: SessionID) -> Self {
        Self(
            .sessionNotFound, "There is no session \(id).",
            remedy: "List the live sessions with GET /v1/sessions, or create one."
        )
    }

    package static func executionNotFound(_ id: ExecutionID) -> Self {
        Self(
            .executionNotFound, "There is no execution \(id) in this session.",
            remedy: "List the session's executions with GET /v1/sessions/{id}/executions."
        )
    }

    package static func invalid(_ message: String, remedy: String) -> Self {
        Self(.invalidRequest, message, remedy: remedy)
    }

    /// A defect of the daemon: the caller learns nothing but that, the log gets `cause`.
    package static func internalError(_ cause: any Error) -> Self {
        Self(
            .internalError, "The daemon failed to answer this request.",
            remedy: "Try again; if it happens again, look for the request id in the daemon's log.", cause: cause
        )
    }
}

extension CloisterError {
    /// A field of a request that breaks a rule: `field("limits.pids", "must be greater than zero")`.
    package static func field(_ name: String, _ problem: String) -> Self {
        Self(
            .invalidRequest, "\(name) \(problem).", remedy: "Send a JSON object as /openapi.json describes it.",
            details: ["field": .string(name)]
        )
    }
}
