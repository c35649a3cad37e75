// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The machine-readable kinds of failure. Codes are only ever added.
package enum ErrorCode: String, Codable, Sendable, CaseIterable {
    case invalidRequest = "invalid_request"
    case unknownField = "unknown_field"
    case notFound = "not_found"
    case sessionNotFound = "session_not_found"
    case executionNotFound = "execution_not_found"
    case commandNotFound = "command_not_found"
    case fileNotFound = "file_not_found"
    case artifactNotFound = "artifact_not_found"
    case variableNotFound = "variable_not_found"
    case methodNotAllowed = "method_not_allowed"
    case conflict
    case nameInUse = "name_in_use_with_other_settings"
    case sessionBusy = "session_busy"
    /// As many commands of the session or of the host run as may.
    case tooManyCommands = "too_many_commands"
    case idempotencyConflict = "idempotency_conflict"
    case payloadTooLarge = "payload_too_large"
    case unsupportedMediaType = "unsupported_media_type"
    case rangeNotSatisfiable = "range_not_satisfiable"
    case tooManySessions = "too_many_sessions"
    case sessionFailed = "session_failed"
    /// The interpreter ended instead of answering a question; its variables are lost or rolled back.
    case interpreterEnded = "interpreter_ended"
    case capacity
    case spawnerUnavailable = "spawner_unavailable"
    /// The daemon is going down; sessions and executions live on.
    case stopping
    /// The workspace's quota, or the disk behind it, has no room for the upload.
    case workspaceFull = "workspace_full"
    case internalError = "internal"
}
