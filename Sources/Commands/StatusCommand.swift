// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import ArgumentParser
import CloisterAPI
import CloisterClient

package struct StatusCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the daemon's health and its sessions.",
        discussion: "Exits with 0 when the daemon is healthy, 1 when it is not, 69 when none answers."
    )

    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Print the daemon's answer as JSON.") var json = false
    @Flag(help: "Show it again every two seconds.") var watch = false

    package init() {}

    package func run() async throws {
        try await self.connection.withClient { client in
            while self.watch {
                let text = StatusReport(try await client.status()).text
                Console.standardOutput.write("\u{1B}[H\u{1B}[2J" + text)
                try await Task.sleep(for: .seconds(2))
            }
            try await self.show(client)
        }
    }

    private func show(_ client: CloisterClient) async throws {
        let status = try await client.status()
        if self.json {
            Console.standardOutput.write(try await client.raw("v1", "status") + Array("\n".utf8))
        } else {
            Console.standardOutput.write(StatusReport(status).text)
        }
        guard status.daemon.healthy else {
            let problems = status.daemon.problems.joined(separator: " ")
            throw Failure("the daemon is not healthy. \(Text.printable(problems)) Its log says more.")
        }
    }
}
