// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// Turns whatever a handler throws into the one error shape, and puts the request's id on every answer.
struct ErrorMapping: RouterMiddleware {
    func handle(
        _ request: Request,
        context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPParserError {
            // The connection's own handler answers this one, and closes.
            throw error
        } catch {
            response = self.answer(error, to: request, context: context)
        }
        response.headers[.requestID] = context.requestID.description
        return response
    }

    private func answer(_ error: any Error, to request: Request, context: ServerContext) -> Response {
        let known = CloisterError(anything: error, request: request)
        if known.code.status.kind == .serverError {
            self.log(known, request: request, context: context)
        }
        var response = ErrorResponse.response(known, requestID: context.requestID)
        if let error = error as? MethodNotAllowed {
            response.headers[.allow] = error.allow
        }
        return response
    }

    private func log(_ error: CloisterError, request: Request, context: ServerContext) {
        let level: Logger.Level = error.code == .internalError ? .error : .warning
        context.logger.log(
            level: level, "request failed",
            metadata: [
                "request_id": "\(context.requestID)", "method": "\(request.method)", "path": "\(request.uri.path)",
                "error": "\(error)",
            ]
        )
    }
}

extension CloisterError {
    /// What a caller is told about any error that a handler throws.
    init(anything error: any Error, request: Request) {
        switch error {
        case let error as CloisterError:
            self = error
        case is MethodNotAllowed:
            self.init(
                .methodNotAllowed, "\(request.uri.path) cannot be used with \(request.method).",
                remedy: "Use one of the methods in the Allow header."
            )
        case let error as HTTPError where error.status == .notFound:
            self.init(
                .notFound, "There is nothing at \(request.method) \(request.uri.path.prefix(200)).",
                remedy: "See /openapi.json for what there is."
            )
        case let error as NIOTooManyBytesError:
            self = .bodyTooLarge(maximum: error.maxBytes ?? JSONBody.maximumSize)
        case is CancellationError:
            self.init(
                .stopping, "The daemon is stopping; running executions go on without it.",
                remedy: "Ask again in a moment: executions can be fetched by their id or repeated by Idempotency-Key."
            )
        default:
            self = .internalError(error)
        }
    }

    static func bodyTooLarge(maximum: Int) -> Self {
        Self(
            .payloadTooLarge, "The request body is larger than \(maximum) bytes.",
            remedy: "Upload large data with PUT /v1/sessions/{id}/files/{path}."
        )
    }

    static let malformedHTTP = Self(
        .invalidRequest, "The request is not valid HTTP/1.1.",
        remedy: "Check the request line, the headers and the framing."
    )
}
