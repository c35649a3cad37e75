// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import Hummingbird
import NIOCore

/// The one error shape as bytes.
enum ErrorResponse {
    static func response(_ error: CloisterError, requestID: RequestID) -> Response {
        Response(
            status: error.code.status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: Self.body(error, requestID: requestID))
        )
    }

    static func body(_ error: CloisterError, requestID: RequestID) -> ByteBuffer {
        let body = ErrorBody(error, requestID: requestID.description)
        // Strings and numbers always encode; a details value that does not (NaN) costs the details, not the answer.
        let bare = ErrorBody(
            CloisterError(error.code, error.message, remedy: error.remedy), requestID: requestID.description)
        return ByteBuffer(bytes: (try? WireJSON.encode(body)) ?? (try? WireJSON.encode(bare)) ?? [])
    }
}

extension ErrorCode {
    /// The only place where codes become HTTP.
    var status: HTTPResponse.Status {
        switch self {
        case .invalidRequest, .unknownField: .badRequest
        case .notFound, .sessionNotFound, .executionNotFound, .commandNotFound, .fileNotFound, .artifactNotFound,
            .variableNotFound:
            .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .conflict, .nameInUse, .sessionBusy, .idempotencyConflict: .conflict
        case .payloadTooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .rangeNotSatisfiable: .rangeNotSatisfiable
        case .tooManySessions, .tooManyCommands: .tooManyRequests
        case .sessionFailed, .interpreterEnded: .badGateway
        case .capacity, .spawnerUnavailable, .stopping: .serviceUnavailable
        case .workspaceFull: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
        case .internalError: .internalServerError
        }
    }
}
