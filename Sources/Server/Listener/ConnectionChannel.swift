// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import CloisterAPI
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Sets up each accepted connection and answers its requests.
struct ConnectionChannel: Sendable {
    typealias Responder = RouterResponder<ServerContext>

    struct Value: Sendable {
        var http: HTTP1Channel.Value
        var connection: Connection
    }

    let connections: ConnectionSet
    private let http: HTTP1Channel
    private let logger: Logger

    init(responder: Responder, connections: ConnectionSet, logger: Logger) {
        self.connections = connections
        self.logger = logger
        self.http = HTTP1Channel(
            responder: { request, writer, channel in
                let source = ApplicationRequestContextSource(channel: channel, logger: logger)
                let response = try await responder.respond(to: request, context: ServerContext(source: source))
                try await Self.write(response, to: writer)
            },
            configuration: Self.configuration
        )
    }

    func setup(_ channel: any Channel) -> EventLoopFuture<Value> {
        self.peer(of: channel).flatMap { caller in
            let connection = Connection(caller: caller, executor: EventLoopExecutor(channel.eventLoop))
            guard self.connections.insert(connection, channel) else {
                return channel.close().flatMapThrowing { throw ChannelError.ioOnClosedChannel }
            }
            return self.http.setup(channel: channel, logger: self.logger).flatMapThrowing { value in
                let pipeline = channel.pipeline.syncOperations
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
                try pipeline.addHandler(ConnectionHandler(connection: connection), position: .after(decoder))
                return Value(http: value, connection: connection)
            }
        }
    }

    func handle(_ value: Value) async {
        await Connection.$current.withValue(value.connection) {
            await self.http.handle(value: value.http, logger: self.logger)
        }
    }

    /// A parser error after the head of an answer must end the connection: a second answer would garble the first.
    private static func write(_ response: Response, to writer: consuming ResponseWriter) async throws {
        do {
            try await writer.write(response: response.head, body: response.body)
        } catch is HTTPParserError {
            throw ChannelError.ioOnClosedChannel
        }
    }

    private func peer(of channel: any Channel) -> EventLoopFuture<Caller> {
        guard let provider = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeSucceededFuture(Connection.unknownCaller)
        }
        // `cloister_peer` has the layout of the kernel's `struct ucred`.
        let credentials: EventLoopFuture<cloister_peer> = provider.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: Self.peerCredentials)
        )
        return credentials.map { Caller(pid: $0.pid, uid: $0.uid, gid: $0.gid) }
    }

    /// SO_PEERCRED.
    private static let peerCredentials: CInt = 17

    private static var configuration: HTTP1Channel.Configuration {
        let limits = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: 32 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100
        )
        return .init(idleTimeout: .minutes(15), httpDecoderConfiguration: limits)
    }
}
