// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import NIOCore
import NIOHTTP1

/// Sits between the HTTP codec and the request handling of one connection. Lets clients that ask first send their body,
/// gives requests that are not HTTP an answer in the API's shape, and tells the connection when the client is gone.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let connection: Connection

    init(connection: Connection) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = self.unwrapInboundIn(data), Self.waitsForContinue(head) {
            let answer = HTTPResponseHead(version: head.version, status: .continue)
            context.writeAndFlush(self.wrapOutboundOut(.head(answer)), promise: nil)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = self.unwrapOutboundIn(data), Self.isBareParserError(head) else {
            context.write(data, promise: promise)
            return
        }
        let requestID = RequestID.next()
        let body = ErrorResponse.body(.malformedHTTP, requestID: requestID)
        head.headers.replaceOrAdd(name: "content-length", value: String(body.readableBytes))
        head.headers.add(name: "content-type", value: "application/json")
        head.headers.add(name: RequestID.headerName, value: requestID.description)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.connection.cancelWaits()
        context.fireChannelInactive()
    }

    private static func waitsForContinue(_ head: HTTPRequestHead) -> Bool {
        head.version == .http1_1 && head.headers.first(name: "expect")?.lowercased() == "100-continue"
    }

    /// The framework answers what its parser refuses itself. Every answer of ours carries a request id.
    private static func isBareParserError(_ head: HTTPResponseHead) -> Bool {
        head.status == .badRequest && !head.headers.contains(name: RequestID.headerName)
    }
}
