// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// A notebook as it is made. Its length is not known before; a failure in the middle breaks the connection.
enum NotebookResponse {
    static func response(_ notebook: Notebook, _ context: ServerContext) -> Response {
        let body = ResponseBody { writer in
            while let part = try await Self.next(of: notebook, context) {
                try await writer.write(ByteBuffer(bytes: part))
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/x-ipynb+json", .cacheControl: "no-store", .contentTypeOptions: "nosniff",
                .contentDisposition: ContentResponse.attachment(named: notebook.fileName),
            ],
            body: body
        )
    }

    private static func next(of notebook: Notebook, _ context: ServerContext) async throws -> [UInt8]? {
        do {
            return try await context.connection.wait { try await notebook.content.first { _ in true } }
        } catch {
            if !(error is CancellationError) {
                context.logger.warning(
                    "a notebook broke", metadata: ["request_id": "\(context.requestID)", "error": "\(error)"])
            }
            throw error
        }
    }
}
