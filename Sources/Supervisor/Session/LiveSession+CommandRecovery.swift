// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import Logging
import SpawnerProtocol
import StateStore

/// Commands of an earlier daemon.
extension LiveSession {
    /// Takes up what still runs, or has ended since. The session itself has been adopted.
    func adoptCommands(_ rows: [CommandRecord]) async {
        for row in rows {
            do {
                let command = OpenCommand(try StoredCommand.decode(row))
                commands[command.id] = command
                try await adopt(command)
            } catch {
                logger.error("cannot take up a command", metadata: ["command": "\(row.id)", "error": "\(error)"])
            }
        }
    }

    private func adopt(_ command: OpenCommand) async throws {
        do {
            let link = try await core.spawner.adoptCommand(key, command: command.number)
            guard !command.isSettling else { return }
            try attach(link, to: command, resuming: outputRun(command))
            takeUp(command, link)
        } catch SpawnerClientError.failure(let failure) where failure.code == .noSuchCommand {
            try await finishLost(command)
        }
    }

    private func takeUp(_ command: OpenCommand, _ link: CommandLink) {
        if let status = link.ended { return finish(command, status, isLost: false) }
        armDeadline(of: command)
        guard command.stored.isInputSent else {
            // What it was to be or to read went with the daemon.
            command.isDoomed = true
            return kill(command)
        }
    }

    private func finishLost(_ command: OpenCommand) async throws {
        let run = outputRun(command)
        let replayed = try await core.blocking.run {
            var run = run
            try OutputRecovery.replay(&run)
            return run
        }
        let finished = command.finished(nil, isLost: true, outOfMemory: false, replayed)
        try await core.journal.finish(finished)
        commands[command.id] = nil
        command.feed.finish(.success(finished.command))
    }

    /// Of a session whose processes are gone.
    func loseCommands(_ rows: [CommandRecord]) async {
        for row in rows {
            do { try await finishLost(OpenCommand(try StoredCommand.decode(row))) } catch {
                logger.error("cannot end a command", metadata: ["command": "\(row.id)", "error": "\(error)"])
            }
        }
    }
}
