// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import ArgumentParser
import CloisterAPI
import CloisterConfiguration
import Glibc
import Logging
import Telemetry

/// `cloisterd`: serves the API and supervises the sessions.
@main
struct Entry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cloisterd", abstract: "The daemon of Cloister: runs Python in isolated sessions.",
        version: CloisterVersion.current
    )

    @Option(help: ArgumentHelp("The configuration; config/cloister.toml shows every key.", valueName: "file"))
    var config: String

    /// The exit code for a configuration that cannot be used (EX_CONFIG).
    private static let badConfiguration: Int32 = 78

    func run() async throws {
        let settings = try self.settings()
        // What the daemon makes is its own; its group may at most read and enter.
        umask(0o027)
        Self.raiseDescriptorLimit()
        LoggingSystem.bootstrap { _ in JSONLogHandler(level: settings.log.loggerLevel) }
        let logger = Logger(label: "cloisterd")
        do {
            try await Daemon(settings, logger: logger).run()
        } catch {
            logger.critical("the daemon cannot go on", metadata: ["error": "\(error)"])
            throw ExitCode.failure
        }
    }

    /// Every session costs a dozen descriptors; the hard limit is the operator's word on how many there may be.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private func settings() throws -> Configuration {
        do {
            return try Configuration(file: self.config)
        } catch {
            var text = "\(error)\n"
            text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
            throw ExitCode(Self.badConfiguration)
        }
    }
}
