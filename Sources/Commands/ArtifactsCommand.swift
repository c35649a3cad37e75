// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import ArgumentParser
import CloisterAPI
import CloisterClient

package struct ArtifactsCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "artifacts", abstract: "List and download what executions left in /workspace/artifacts.",
        subcommands: [List.self, Get.self]
    )

    package init() {}

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "ls", abstract: "List a session's artifacts.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var session: SessionOptions
        @Option(help: "Only those of this execution.") var execution: ExecutionID?
        @Flag(help: "Print them as JSON.") var json = false

        func run() async throws {
            try await self.connection.withClient { client in
                let id = try await self.session.existing(client)
                let artifacts = try await client.artifacts(of: id, execution: self.execution)
                Console.standardOutput.write(self.json ? try Output.json(artifacts) : Self.table(artifacts))
            }
        }

        private static func table(_ artifacts: [Artifact]) -> String {
            var table = Table(
                ("STATE", .left), ("SIZE", .right), ("TYPE", .left), ("SHA-256", .left), ("PATH", .left)
            )
            for artifact in artifacts {
                table.add([
                    artifact.state.rawValue, Text.bytes(artifact.size), artifact.mime ?? "-",
                    artifact.sha256 ?? artifact.reason ?? "-", artifact.path,
                ])
            }
            return table.text
        }
    }

    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Download an artifact by its SHA-256.")

        @OptionGroup var connection: ConnectionOptions
        @Argument(help: "64 hexadecimal digits.") var sha256: String
        @Argument(help: "Where it goes here, or - for standard output (default: its hash).") var target: String?

        func run() async throws {
            try await self.connection.withClient { client in
                try await Output.save(client.artifact(self.sha256), to: self.target ?? self.sha256)
            }
        }
    }
}
