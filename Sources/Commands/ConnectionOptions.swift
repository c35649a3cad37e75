// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import ArgumentParser
import CloisterClient
import Glibc

/// Which daemon to talk to.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "The daemon's socket (default: $CLOISTER_SOCKET, or /run/cloister/api.sock).")
    var socket: String?

    init() {}

    private var path: String {
        if let socket { return socket }
        guard let value = getenv("CLOISTER_SOCKET") else { return "/run/cloister/api.sock" }
        let path = String(cString: value)
        return path.isEmpty ? "/run/cloister/api.sock" : path
    }

    /// Runs `body` with a client; every failure becomes one sentence and an exit code.
    func withClient<Value>(
        exitCode: Int32 = Failure.refused,
        _ body: (CloisterClient) async throws -> Value
    ) async throws -> Value {
        let client = CloisterClient(socketPath: self.path)
        do {
            let value = try await body(client)
            await client.shutdown()
            return value
        } catch let error as ClientError {
            await client.shutdown()
            throw Failure(error, exitCode: exitCode)
        } catch {
            await client.shutdown()
            throw error
        }
    }
}
