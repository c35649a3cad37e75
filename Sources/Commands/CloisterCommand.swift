// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import ArgumentParser
import CloisterAPI

/// `cloister`: what a person does with a daemon.
package struct CloisterCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "cloister",
        abstract: "Run Python in isolated sessions of a Cloister daemon.",
        version: CloisterVersion.current,
        subcommands: [
            StatusCommand.self, ExecCommand.self, RunCommand.self, SessionCommand.self, FilesCommand.self,
            ArtifactsCommand.self, CommandCommand.self,
        ]
    )

    /// May stand before the subcommand as well as after it.
    @OptionGroup var connection: ConnectionOptions

    package init() {}

    /// Parses the process's arguments, runs, and exits with the code that tells the outcome.
    package static func runAndExit() async -> Never {
        do {
            var command = try Self.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            Self.exit()
        } catch let error as Failure {
            Console.standardError.write("cloister: \(error.message)\n")
            Self.exit(withError: ExitCode(error.exitCode))
        } catch {
            Self.exit(withError: error)
        }
    }
}
