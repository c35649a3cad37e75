// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
package import CloisterAPI
import SpawnerProtocol
import StateStore

extension SessionManager {
    package func startCommand(
        _ request: CommandRequest, in session: SessionID, caller: Caller
    ) async throws -> Command {
        let live = try find(session)
        guard request.timeoutSeconds ?? 0 <= core.settings.maximumTimeoutSeconds else {
            throw CloisterError.field("timeout_seconds", "must be at most \(core.settings.maximumTimeoutSeconds)")
        }
        var generator = SystemRandomNumberGenerator()
        guard let id = CommandID(node: core.settings.node, using: &generator) else {
            throw CloisterError.internalError(DamagedRow(what: "node name \(core.settings.node)"))
        }
        let admission = CommandAdmission(id: id, request: request, createdAt: WallClock.now())
        // A caller that goes away leaves a whole command behind.
        return try await Task { try await live.startCommand(admission) }.value
    }

    package func finishedCommand(_ id: CommandID, in session: SessionID) async throws -> Command {
        try await commandFeed(id, session).result()
    }

    package func command(_ id: CommandID, in session: SessionID) async throws -> Command {
        if let open = await (try find(session)).openCommand(id) { return open.command }
        return try await loadCommand(id, session).command
    }

    package func commands(of session: SessionID, page: PageQuery) async throws -> CommandPage {
        let live = try find(session)
        let rows = try await translatingCursor { try await core.journal.commands(of: session, page: page) }
        var commands: [Command] = []
        for row in rows.elements {
            let stored = try StoredCommand.decode(row)
            commands.append(await live.openCommand(stored.command.id)?.command ?? stored.command)
        }
        return CommandPage(commands: commands, nextCursor: rows.next?.text)
    }

    package func events(
        ofCommand id: CommandID, in session: SessionID, after: Int64
    ) async throws -> PullStream<[CommandEvent]> {
        let reader = EventReader(try await commandFeed(id, session), after: after, blocking: core.blocking)
        return PullStream { try await reader.next() }
    }

    package func output(
        _ stream: OutputStream, ofCommand id: CommandID, in session: SessionID
    ) async throws -> Content {
        let feed = try await commandFeed(id, session)
        let content = OutputContent(stream: stream, progress: feed.progress, blocking: core.blocking)
        return try await content.content(fileName: "\(id).\(stream.rawValue)")
    }

    package func signal(
        _ id: CommandID, in session: SessionID, _ request: CommandSignalRequest, caller: Caller
    ) async throws -> Command {
        let live = try find(session)
        _ = try await command(id, in: session)
        do {
            guard try await live.signalCommand(id, CommandSignal(request.signal), toGroup: request.toGroup) else {
                throw CloisterError.commandFinished(id)
            }
        } catch let error as SpawnerClientError {
            throw CloisterError(startingCommand: error)
        }
        return try await command(id, in: session)
    }

    package func write(
        _ input: CommandInput, to id: CommandID, in session: SessionID, caller: Caller
    ) async throws -> Command {
        let live = try find(session)
        _ = try await command(id, in: session)
        switch await live.writeInput(input, to: id) {
        case .taken: return try await command(id, in: session)
        case .closed:
            throw CloisterError(
                .conflict, "The standard input of command \(id) has ended.",
                remedy: "Start commands that are to read more with \"stdin_open\": true, and send eof last.")
        case .busy:
            throw CloisterError(
                .conflict, "Too many requests write to the standard input of command \(id).",
                remedy: "Wait for the answer to one before sending the next.")
        }
    }

    // MARK: Reading the journal

    private func loadCommand(_ id: CommandID, _ session: SessionID) async throws -> StoredCommand {
        guard let row = try await core.journal.command(id), row.sessionID == session.description else {
            throw CloisterError.commandNotFound(id)
        }
        return try StoredCommand.decode(row)
    }

    private func commandFeed(_ id: CommandID, _ session: SessionID) async throws -> CommandFeed {
        if let open = await (try find(session)).openCommand(id) { return open.feed }
        let stored = try await loadCommand(id, session)
        var snapshot = CommandFeed.Snapshot()
        snapshot.isStarted = true
        snapshot.outcome = .success(stored.command)
        let outputs = core.outputs
        if stored.records > 0, let file = try await core.blocking.run({ try outputs.open("\(id)", in: session) }) {
            snapshot.progress = LogProgress(file: file, length: .max, records: stored.records)
        }
        return CommandFeed(id, in: session, snapshot: snapshot)
    }
}

extension LiveSession {
    func openCommand(_ id: CommandID) -> (feed: CommandFeed, command: Command)? {
        commands[id].map { ($0.feed, (try? $0.feed.snapshot.outcome?.get()) ?? $0.stored.command) }
    }
}

extension CommandSignal {
    fileprivate init(_ name: CommandSignalName) {
        self =
            switch name {
            case .hangup: .hangup
            case .interrupt: .interrupt
            case .quit: .quit
            case .kill: .kill
            case .user1: .user1
            case .user2: .user2
            case .terminate: .terminate
            case .proceed: .proceed
            case .stop: .stop
            case .terminalStop: .terminalStop
            case .windowChange: .windowChange
            }
    }
}

extension CloisterError {
    fileprivate static func commandFinished(_ id: CommandID) -> Self {
        Self(
            .conflict, "Command \(id) has finished.",
            remedy: "Read how with GET /v1/sessions/{id}/commands/{cid}.")
    }
}
