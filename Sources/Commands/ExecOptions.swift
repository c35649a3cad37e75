// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import ArgumentParser
import CloisterAPI
import CloisterClient

/// What `exec` and `run` share.
struct ExecOptions: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var session: SessionOptions
    @OptionGroup var limits: LimitOptions
    @Option(help: "Seconds until the code is interrupted (default: 120).")
    var timeout: Double?
    @Flag(help: "Print the finished execution as JSON instead of its output.")
    var json = false

    init() {}

    static let discussion = """
        Without --session or --name a new session is made and deleted afterwards.
        Exits with 0 when the code ends well, 1 when it raises, with the code of sys.exit, 124 after the time limit, \
        130 when interrupted, 137 when its process was lost, and 125 when cloister itself fails.
        """

    func execute(_ code: String) async throws {
        let request = ExecuteRequest(code: code, timeoutSeconds: self.timeout ?? ExecuteRequest.defaultTimeoutSeconds)
        let execution = try await self.connection.withClient(exitCode: Failure.execFailed) { client in
            try await self.session.use(client, self.limits) { session in
                try await self.run(request, in: session, client)
            }
        }
        throw ExitCode(ExecutionReport(execution).exitCode)
    }

    private func run(
        _ request: ExecuteRequest,
        in session: SessionID,
        _ client: CloisterClient
    ) async throws -> Execution {
        let live = LiveExecution(client: client, session: session, isQuiet: self.json)
        let (execution, shown) = try await live.run(request)
        if self.json {
            Console.standardOutput.write(
                try await client.raw("v1", "sessions", "\(session)", "executions", "\(execution.id)") + Array("\n".utf8)
            )
        } else {
            ExecutionReport(execution, shown: shown).print()
        }
        return execution
    }
}
