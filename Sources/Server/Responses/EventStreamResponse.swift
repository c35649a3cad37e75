// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Events as newline-delimited JSON. The client's pace is the producer's pace. When the client goes away the stream ends;
/// the execution or command does not. A failure in the middle breaks the connection, and the client resumes with `after`.
enum EventStreamResponse {
    private static let mediaType = "application/x-ndjson"

    static func isAccepted(by request: Request) -> Bool {
        guard let accept = request.headers[.accept] else { return false }
        return accept.split(separator: ",").contains { part in
            let type = part.split(separator: ";").first ?? ""
            return type.filter { $0 != " " }.lowercased() == Self.mediaType
        }
    }

    static func response<Event: StreamedEvent>(
        _ events: PullStream<[Event]>, _ context: ServerContext
    ) -> Response {
        let connection = context.connection
        let body = ResponseBody { writer in
            while let batch = try await connection.wait({ try await Self.next(of: events, context) }) {
                try await writer.write(try EventLines.encode(batch))
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: Self.mediaType, .cacheControl: "no-store", .contentTypeOptions: "nosniff"],
            body: body
        )
    }

    private static func next<Event: StreamedEvent>(
        of events: PullStream<[Event]>,
        _ context: ServerContext
    ) async throws -> [Event]? {
        do {
            return try await events.first { _ in true }
        } catch {
            if !(error is CancellationError) {
                context.logger.warning(
                    "an event stream broke", metadata: ["request_id": "\(context.requestID)", "error": "\(error)"]
                )
            }
            throw error
        }
    }
}
