// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import ArgumentParser

package struct ExecCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run code and show its output as it comes.", discussion: ExecOptions.discussion
    )

    @OptionGroup var options: ExecOptions
    @Option(name: .shortAndLong, help: "Read the code from a file.") var file: String?
    @Argument(help: "The code, or - to read it from standard input.") var code: String?

    package init() {}

    package func validate() throws {
        guard (self.file == nil) != (self.code == nil) else {
            throw ValidationError("Give the code as an argument, with --file, or - for standard input.")
        }
    }

    package func run() async throws {
        try await self.options.execute(self.source())
    }

    private func source() throws -> String {
        if let file { return try CodeFile.read(file) }
        let code = self.code ?? ""
        return code == "-" ? try CodeFile.readStandardInput() : code
    }
}

package struct RunCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a file of code and show its output as it comes.",
        discussion: ExecOptions.discussion
    )

    @OptionGroup var options: ExecOptions
    @Argument(help: "The file.") var file: String

    package init() {}

    package func run() async throws {
        try await self.options.execute(CodeFile.read(self.file))
    }
}
