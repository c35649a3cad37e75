// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Hummingbird
package import Logging
import NIOCore
package import NIOPosix
import Platform
import ServiceLifecycle

/// Serves the API on a Unix socket until it is told to stop. Requests under way are answered; those that still wait when
/// `patience` is over are answered with `stopping`.
package struct HTTPServer: Service {
    private static let backlog: CInt = 1024

    private let socket: ListeningSocket
    private let channel: ConnectionChannel
    private let group: MultiThreadedEventLoopGroup
    private let logger: Logger
    private let patience: Duration

    package init(
        socket: ListeningSocket,
        router: APIRouter,
        group: MultiThreadedEventLoopGroup,
        logger: Logger,
        maximumConnections: Int = 1024,
        patience: Duration = .seconds(2)
    ) {
        self.socket = socket
        self.group = group
        self.logger = logger
        self.patience = patience
        self.channel = ConnectionChannel(
            responder: router.buildResponder(),
            connections: ConnectionSet(maximum: maximumConnections),
            logger: logger
        )
    }

    package func run() async throws {
        let server = try await self.listen()
        self.logger.info("listening", metadata: ["socket": "\(self.socket.path)"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.serve(server) }
            group.addTask { await self.limitStopping() }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Until the server is told to stop and the last connection is closed.
    private func serve(_ server: NIOAsyncChannel<ConnectionChannel.Value, Never>) async throws {
        let connections = self.channel.connections
        try await withGracefulShutdownHandler {
            try await server.executeThenClose { inbound in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await value in inbound {
                        group.addTask(executorPreference: value.connection.executor) {
                            await self.channel.handle(value)
                        }
                    }
                }
            }
        } onGracefulShutdown: {
            self.socket.remove()
            server.channel.close(promise: nil)
            connections.stop()
        }
    }

    /// Ends what still waits when the patience is over. Returns when it is cancelled.
    private func limitStopping() async {
        try? await gracefulShutdown()
        try? await Task.sleep(for: self.patience)
        self.channel.connections.cancelWaits()
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
    }

    private func listen() async throws -> NIOAsyncChannel<ConnectionChannel.Value, Never> {
        // The channel takes over the descriptor that it is given.
        let descriptor = try checkPOSIX("dup", fcntl(self.socket.descriptor.number, F_DUPFD_CLOEXEC, 0))
        let server = try await ServerBootstrap(group: self.group)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .bind(descriptor) { [channel] in channel.setup($0) }
        // For a socket that it is given NIO passes over the backlog option, and takes 128. A client that does not wait
        // is refused when it is full.
        try checkPOSIX("listen", Glibc.listen(self.socket.descriptor.number, Self.backlog))
        return server
    }
}
