// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import Hummingbird
import NIOCore

/// An answer that is whole in memory.
struct Answer: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body: ByteBuffer

    static let noContent = Answer(status: .noContent, headers: [:], body: ByteBuffer())

    init(status: HTTPResponse.Status, headers: HTTPFields, body: ByteBuffer) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Answer {
        Answer(
            status: status, headers: [.contentType: "application/json"],
            body: ByteBuffer(bytes: try WireJSON.encode(value)))
    }

    var response: Response {
        Response(
            status: self.status, headers: self.headers,
            body: self.status == .noContent ? ResponseBody() : ResponseBody(byteBuffer: self.body)
        )
    }
}

/// To and from what is kept for repeated requests.
extension Answer {
    init(_ recorded: IdempotentAnswer) {
        var headers = HTTPFields()
        for (name, value) in recorded.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        self.init(
            status: HTTPResponse.Status(code: recorded.status), headers: headers,
            body: ByteBuffer(bytes: recorded.body)
        )
    }

    var recorded: IdempotentAnswer {
        let headers = Dictionary(self.headers.map { ($0.name.rawName, $0.value) }) { first, _ in first }
        return IdempotentAnswer(status: self.status.code, headers: headers, body: Array(self.body.readableBytesView))
    }
}
