// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import ArgumentParser
import CloisterAPI
import CloisterClient
import Glibc

package struct CommandCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "command", abstract: "Run a program in a session and show its output as it comes.",
        discussion: """
            Without --session or --name a new session is made and deleted afterwards. What standard input brings is passed \
            on, unless it is a terminal; Ctrl-C becomes SIGINT for the program.
            Exits as the program does: with its code, with 128 and the number of the signal that ended it, 124 after the \
            time limit, 126 or 127 when it could not be executed, 137 when it was lost, and 125 when cloister itself fails.
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var session: SessionOptions
    @OptionGroup var limits: LimitOptions
    @Option(help: "The directory it runs in, absolute or below /workspace.") var cwd: String?
    @Option(help: ArgumentHelp("A variable of its environment; may be repeated.", valueName: "name=value"))
    var env: [Variable] = []
    @Option(help: "Seconds until it is told to end (default: none).") var timeout: Double?
    @Argument(parsing: .postTerminator, help: ArgumentHelp("-- and the program with its arguments.", valueName: "argv"))
    var argv: [String] = []

    package init() {}

    package func validate() throws {
        guard !self.argv.isEmpty else {
            throw ValidationError("Give the program after --, as in: cloister command -- ls -l")
        }
    }

    package func run() async throws {
        let passesInput = isatty(STDIN_FILENO) != 1
        let request = CommandRequest(
            argv: self.argv, cwd: self.cwd ?? CommandRequest.standardDirectory,
            env: Dictionary(self.env.map { ($0.name, $0.value) }) { $1 }, keepsStdinOpen: passesInput,
            timeoutSeconds: self.timeout, wait: false)
        let command = try await self.connection.withClient(exitCode: Failure.execFailed) { client in
            try await self.session.use(client, self.limits) { session in
                try await LiveCommand(client: client, session: session).run(request)
            }
        }
        let report = CommandReport(command)
        if let remark = report.remark { Console.standardError.write("cloister: \(remark)\n") }
        throw ExitCode(report.exitCode)
    }
}

/// `name=value`.
struct Variable: ExpressibleByArgument {
    let name: String
    let value: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        (self.name, self.value) = (String(parts[0]), String(parts[1]))
    }
}
