// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import Hummingbird
import NIOCore

/// Bytes that hostile code may have written: always an attachment, never sniffed.
enum ContentResponse {
    static func response(_ content: Content, to request: Request) throws -> Response {
        let range = try ByteRange.requested(by: request)?.resolve(size: content.size)
        let part = range ?? 0..<content.size
        var headers: HTTPFields = [
            .contentType: Self.safeMime(content.mime),
            .contentDisposition: Self.attachment(named: content.fileName),
            .contentTypeOptions: "nosniff",
            .acceptRanges: "bytes",
            .contentLength: String(part.count),
        ]
        if range != nil {
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(content.size)"
        }
        let body = ResponseBody(contentLength: part.count) { writer in
            try await Self.write(content.read(part), count: part.count, to: &writer)
            try await writer.finish(nil)
        }
        return Response(status: range == nil ? .ok : .partialContent, headers: headers, body: body)
    }

    /// Writes exactly `count` bytes. A file that has shrunk breaks the connection: the length is announced already.
    private static func write(
        _ chunks: PullStream<[UInt8]>,
        count: Int,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var rest = count
        for try await chunk in chunks where rest > 0 {
            let bytes = chunk.prefix(rest)
            rest -= bytes.count
            try await writer.write(ByteBuffer(bytes: bytes))
        }
        guard rest == 0 else { throw ContentShrank(missing: rest) }
    }

    private struct ContentShrank: Error {
        var missing: Int
    }

    /// A stored type is only given on when it is a plain `type/subtype`.
    private static func safeMime(_ mime: String?) -> String {
        guard let mime, mime.utf8.count <= 127, mime.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), mime.contains("/")
        else { return "application/octet-stream" }
        return mime
    }

    /// RFC 6266: an ASCII name for old clients, the exact bytes for the others.
    static func attachment(named name: [UInt8]) -> String {
        let plain = name.map { byte in
            (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
                ? byte : UInt8(ascii: "_")
        }
        let fallback = String(decoding: plain, as: UTF8.self)
        guard plain != name else { return "attachment; filename=\"\(fallback)\"" }
        return "attachment; filename=\"\(fallback)\"; filename*=UTF-8''\(PercentEncoding.encode(name))"
    }
}
