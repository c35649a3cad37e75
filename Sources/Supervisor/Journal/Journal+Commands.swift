// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import StateStore

/// Commands, by the journal's own thread, so that what is written of one keeps its order.
extension Journal {
    /// Returns its number.
    nonisolated(nonsending) func insert(_ command: StoredCommand) async throws -> Int {
        try await writer.run { [store] in
            Int(
                clamping: try store.insertCommand(
                    CommandRecord(
                        id: command.command.id.description, sessionID: command.command.sessionID.description,
                        record: try command.encoded())))
        }
    }

    /// `done` is called on the journal's thread.
    func update(_ command: StoredCommand, done: @escaping @Sendable ((any Error)?) -> Void) {
        writer.post { [store] in
            do {
                try store.updateCommand(command.command.id.description, record: try command.encoded())
                done(nil)
            } catch { done(error) }
        }
    }

    nonisolated(nonsending) func finish(_ command: StoredCommand) async throws {
        try await writer.run { [store] in
            _ = try store.finishCommand(command.command.id.description, record: try command.encoded())
        }
    }

    func command(_ id: CommandID) async throws -> CommandRecord? {
        try await blocking.run { [store] in try store.command(id.description) }
    }

    func commands(of session: SessionID, page: PageQuery) async throws -> Page<CommandRecord> {
        try await blocking.run { [store] in
            try store.commands(
                session: session.description, after: try page.cursor.map { try Cursor(text: $0) }, limit: page.limit)
        }
    }

    func openCommands() async throws -> [CommandRecord] {
        try await blocking.run { [store] in try store.openCommands() }
    }
}
