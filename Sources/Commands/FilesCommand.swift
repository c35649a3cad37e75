// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import ArgumentParser
import CloisterAPI
import CloisterClient
import Glibc

package struct FilesCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "files", abstract: "List, upload, download and delete files of a session's workspace.",
        subcommands: [List.self, Put.self, Get.self, Remove.self]
    )

    package init() {}

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "ls", abstract: "List a directory.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var session: SessionOptions
        @Flag(help: "Print the daemon's answer as JSON.") var json = false
        @Argument(help: "The directory, relative to /workspace.") var path = ""

        func run() async throws {
            try await self.connection.withClient { client in
                let id = try await self.session.existing(client)
                let entries = try await client.files(in: id, at: self.path)
                let text = self.json ? try Output.json(entries) : Self.table(entries)
                Console.standardOutput.write(text)
            }
        }

        private static func table(_ entries: [FileEntry]) -> String {
            var table = Table(("TYPE", .left), ("SIZE", .right), ("MODIFIED", .left), ("PATH", .left))
            for entry in entries {
                table.add([entry.type.rawValue, Text.bytes(entry.size), entry.modifiedAt.description, entry.path])
            }
            return table.text
        }
    }

    struct Put: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Upload a file.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var session: SessionOptions
        @Argument(help: "The file here, or - for standard input.") var source: String
        @Argument(help: "Where it goes, relative to /workspace (default: its own name).") var target: String?

        func run() async throws {
            let file =
                self.source == "-" ? LocalFile(descriptor: STDIN_FILENO) : try LocalFile(reading: self.source)
            guard let target = self.target ?? self.source.split(separator: "/").last.map(String.init), target != "-"
            else { throw Failure("Say where standard input goes: cloister files put - PATH") }
            try await self.connection.withClient { client in
                let id = try await self.session.existing(client)
                _ = try await client.upload(FileChunks(file: file), size: file.size, to: Array(target.utf8), in: id)
            }
        }
    }

    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Download a file.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var session: SessionOptions
        @Argument(help: "The file, relative to /workspace.") var source: String
        @Argument(help: "Where it goes here, or - for standard output (default: its own name).") var target: String?

        func run() async throws {
            guard let target = self.target ?? self.source.split(separator: "/").last.map(String.init) else {
                throw Failure("Say which file to download.")
            }
            try await self.connection.withClient { client in
                let id = try await self.session.existing(client)
                let download = try await client.download(Array(self.source.utf8), in: id)
                try await Output.save(download, to: target)
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rm", abstract: "Delete a file or an empty directory."
        )

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var session: SessionOptions
        @Argument(help: "The files, relative to /workspace.") var paths: [String]

        func run() async throws {
            try await self.connection.withClient { client in
                let id = try await self.session.existing(client)
                for path in self.paths { try await client.deleteFile(Array(path.utf8), in: id) }
            }
        }
    }
}
