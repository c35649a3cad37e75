// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server that answers each request with the next line of a script and writes down what it was sent.
final class FakeS3: Sendable {
    struct Request: Sendable {
        let head: HTTPRequestHead
        let body: [UInt8]
    }

    struct Answer: Sendable {
        var status: Int
        var headers: [(String, String)] = []
        var body = ""
        /// Close the connection in the middle of the request's body instead of answering.
        var reset = false

        static let ok = Answer(status: 200)
        static func failure(_ status: Int, _ code: String) -> Answer {
            Answer(status: status, body: "<Error><Code>\(code)</Code></Error>")
        }
    }

    let port: Int
    private let channel: any Channel
    private let journal: Journal

    /// The last answer is repeated when the script is used up.
    init(_ script: [Answer]) async throws {
        let journal = Journal(script)
        self.journal = journal
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline().flatMap {
                    channel.pipeline.addHandler(Responder(journal))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    var requests: [Request] { journal.requests.withLock { $0 } }

    func stop() async throws {
        try await channel.close()
    }

    fileprivate final class Journal: Sendable {
        let script: Mutex<[Answer]>
        let requests = Mutex<[Request]>([])

        init(_ script: [Answer]) { self.script = Mutex(script) }

        func next() -> Answer {
            script.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? .ok }
        }
    }

    /// `@unchecked Sendable`: used on its channel's event loop only.
    private final class Responder: ChannelInboundHandler, @unchecked Sendable {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let journal: Journal
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []
        private var answer = Answer.ok

        init(_ journal: Journal) { self.journal = journal }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = []
                answer = journal.next()
            case .body(let bytes):
                body += Array(bytes.readableBytesView)
                if answer.reset { context.close(promise: nil) }
            case .end:
                respond(context)
            }
        }

        private func respond(_ context: ChannelHandlerContext) {
            guard let head else { return }
            journal.requests.withLock { $0.append(Request(head: head, body: body)) }
            var headers = HTTPHeaders(answer.headers)
            let length = head.method == .HEAD ? headers.first(name: "content-length") : String(answer.body.utf8.count)
            headers.replaceOrAdd(name: "content-length", value: length ?? "0")
            let status = HTTPResponseStatus(statusCode: answer.status)
            let response = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
            context.write(wrapOutboundOut(.head(response)), promise: nil)
            if head.method != .HEAD {
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
            }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
