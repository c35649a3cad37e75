// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads JSON request bodies.
enum JSONBody {
    /// Code may have 8 MiB, and JSON may double it by escaping.
    static let maximumSize = 16 << 20

    /// The body as it came. Empty when there is none; with bytes it must say that it is JSON.
    static func read(_ request: Request) async throws -> ByteBuffer {
        if let length = request.headers[.contentLength].flatMap(Int.init), length > Self.maximumSize {
            throw CloisterError.bodyTooLarge(maximum: Self.maximumSize)
        }
        let body = try await request.body.collect(upTo: Self.maximumSize)
        if body.readableBytes > 0 { try Self.checkType(request) }
        return body
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from body: ByteBuffer) throws -> Value {
        try StrictJSON.decode(type, from: Data(body.readableBytesView))
    }

    /// For requests that take no fields: no body at all, or `{}`.
    static func readNothing(_ request: Request) async throws -> ByteBuffer {
        let body = try await self.read(request)
        if body.readableBytes > 0 { _ = try self.decode(Nothing.self, from: body) }
        return body
    }

    private struct Nothing: Decodable {
        private enum CodingKeys: CodingKey {}

        init(from decoder: any Decoder) throws {
            _ = try decoder.strictContainer(keyedBy: CodingKeys.self)
        }
    }

    private static func checkType(_ request: Request) throws {
        let declared = request.headers[.contentType]
        if declared == "application/json" { return }
        let type = declared?.split(separator: ";").first ?? ""
        guard type.lowercased().trimmingPrefix(" ").split(separator: " ").first == "application/json" else {
            throw CloisterError(
                .unsupportedMediaType, "The request body is not declared as JSON.",
                remedy: "Send the header Content-Type: application/json."
            )
        }
    }
}
