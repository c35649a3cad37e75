// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import AsyncHTTPClient
import NIOHTTP1

/// One request that did not succeed: what the store said, or what happened on the way to it.
package struct S3Failure: Error, Sendable {
    package enum Origin: Sendable, Equatable {
        /// No answer arrived.
        case transport
        case answer(status: Int)
    }

    package let origin: Origin
    /// S3's own word, `NoSuchKey` for instance; empty when it said none.
    package let code: String
    package let message: String
    /// What the store's clock showed.
    package let date: String?
    /// Where the bucket is, when the store says that it is elsewhere.
    package let region: String?
    package let isTimeout: Bool

    /// - Parameter body: the start of the answer's body.
    package init(status: Int, headers: [(name: String, value: String)], body: String) {
        func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
        origin = .answer(status: status)
        code = Self.element("Code", in: body) ?? ""
        message = Self.element("Message", in: body) ?? ""
        date = header("date")
        region = header("x-amz-bucket-region") ?? Self.element("Region", in: body)
        isTimeout = false
    }

    init(transport error: any Error) {
        origin = .transport
        code = ""
        message = "\(error)"
        date = nil
        region = nil
        let timeouts: [HTTPClientError] = [.connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded]
        isTimeout = (error as? HTTPClientError).map(timeouts.contains) ?? false
    }

    package var status: Int? {
        if case .answer(let status) = origin { status } else { nil }
    }

    /// The text of the first `<name>` element. S3's error documents are flat and carry no attributes there.
    private static func element(_ name: String, in body: String) -> String? {
        guard let open = body.firstRange(of: "<\(name)>"),
            let close = body[open.upperBound...].firstRange(of: "</\(name)>")
        else { return nil }
        return unescaped(String(body[open.upperBound..<close.lowerBound].prefix(512)))
    }

    private static func unescaped(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
            .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}
