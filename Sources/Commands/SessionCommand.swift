// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import ArgumentParser
import CloisterAPI
import CloisterClient

package struct SessionCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "session", abstract: "Create, list, show, export and delete sessions.",
        subcommands: [Create.self, List.self, Show.self, Notebook.self, Delete.self], aliases: ["sessions"]
    )

    package init() {}

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a session and print its id; with --name, get the one that is there already."
        )

        @OptionGroup var connection: ConnectionOptions
        @Option(help: "Your own name for it.") var name: String?
        @OptionGroup var limits: LimitOptions
        @Option(help: "Where its workspace lies: pool or tmpfs.") var storage: WorkspaceStorage?
        @Option(name: .customLong("metadata"), help: "key=value, kept and given back.") var metadata: [KeyValue] = []
        @Flag(help: "Print the session as JSON.") var json = false

        func run() async throws {
            let metadata = Dictionary(self.metadata.map { ($0.key, $0.value) }) { _, last in last }
            let request = self.limits.request(
                name: self.name, storage: self.storage, metadata: metadata.isEmpty ? nil : metadata
            )
            try await self.connection.withClient { client in
                let session = try await client.createSession(request)
                if self.json {
                    try await Self.print(session.id, client)
                } else {
                    Console.standardOutput.write("\(session.id)\n")
                }
            }
        }

        fileprivate static func print(_ id: SessionID, _ client: CloisterClient) async throws {
            Console.standardOutput.write(try await client.raw("v1", "sessions", "\(id)") + Array("\n".utf8))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the live sessions.", aliases: ["ls"])

        @OptionGroup var connection: ConnectionOptions
        @Flag(help: "Print the daemon's answer as JSON.") var json = false

        func run() async throws {
            try await self.connection.withClient { client in
                if self.json {
                    Console.standardOutput.write(try await client.raw("v1", "sessions") + Array("\n".utf8))
                } else {
                    let sessions = try await client.sessions()
                    Console.standardOutput.write(SessionTable.text(sessions, now: LocalClock.now))
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print one session as JSON.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var session: SessionOptions
        @Argument(help: "The id, unless --session or --name says it.") var id: SessionID?

        func run() async throws {
            try await self.connection.withClient { client in
                let id = if let id { id } else { try await self.session.existing(client) }
                try await Create.print(id, client)
            }
        }
    }

    struct Notebook: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a session's executions as a Jupyter notebook to standard output."
        )

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var session: SessionOptions
        @Argument(help: "The id, unless --session or --name says it.") var id: SessionID?

        func run() async throws {
            try await self.connection.withClient { client in
                let id = if let id { id } else { try await self.session.existing(client) }
                try await Output.save(try await client.notebook(of: id), to: "-")
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a session and delete its workspace. Artifacts stay.", aliases: ["rm"]
        )

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var session: SessionOptions
        @Argument(help: "The ids, unless --session or --name says it.") var ids: [SessionID] = []

        func run() async throws {
            try await self.connection.withClient { client in
                let ids = self.ids.isEmpty ? [try await self.session.existing(client)] : self.ids
                for id in ids { try await client.deleteSession(id) }
            }
        }
    }
}

extension WorkspaceStorage: ExpressibleByArgument {}

/// `key=value`.
struct KeyValue: ExpressibleByArgument {
    var key: String
    var value: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        self.key = String(parts[0])
        self.value = String(parts[1])
    }
}
