// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import CloisterClient
import Glibc
import Logging
import NIOCore
import NIOPosix
import Server
import ServiceLifecycle

/// The real server on a Unix socket in a directory of its own.
struct UnixServer: Sendable {
    let service: FakeService
    let path: String
    let client: CloisterClient
    let stop: @Sendable () async -> Void

    static func temporaryDirectory() throws -> String {
        var template = Array("/tmp/cloister-server-XXXXXX".utf8CString)
        guard let path = mkdtemp(&template) else { throw Failure(errno: errno) }
        return String(cString: path)
    }

    struct Failure: Error {
        var errno: Int32
    }

    static func run(
        maximumConnections: Int = 64,
        patience: Duration = .seconds(1),
        _ test: @escaping @Sendable (UnixServer) async throws -> Void
    ) async throws {
        let directory = try Self.temporaryDirectory()
        defer { rmdir(directory) }
        let path = "\(directory)/api.sock"
        defer { unlink("\(directory)/cloisterd.lock") }
        let service = FakeService()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = HTTPServer(
            socket: try ListeningSocket(path: path), router: APIRouter(service: service), group: loops, logger: logger,
            maximumConnections: maximumConnections, patience: patience
        )
        let group = ServiceGroup(services: [server], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try? await group.run() }
            let client = CloisterClient(socketPath: path)
            let unix = UnixServer(service: service, path: path, client: client) {
                await group.triggerGracefulShutdown()
            }
            do {
                try await unix.waitUntilUp()
                try await test(unix)
            } catch {
                await client.shutdown()
                await group.triggerGracefulShutdown()
                throw error
            }
            await client.shutdown()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        try await loops.shutdownGracefully()
    }

    private func waitUntilUp() async throws {
        for _ in 0..<200 {
            if (try? await self.client.status()) != nil { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failure(errno: ETIMEDOUT)
    }

    /// A connected socket, for requests that no client would send.
    func connect() throws -> RawConnection {
        try RawConnection(path: self.path)
    }
}
