// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Logging
import Platform
import SpawnerProtocol

/// Commands: processes in the running tree that the driver knows nothing of.
extension LiveSession {
    static let mostCommands = 32

    /// Journals and starts the command; returns when its program runs, or never will.
    func startCommand(_ admission: CommandAdmission) async throws -> Command {
        await untilSettledDown()
        guard let life, !life.isOver, isOpenToCommands else { throw commandRefusal }
        guard commands.count < Self.mostCommands else { throw CloisterError.tooManyCommands(Self.mostCommands) }
        let incarnation = life.incarnation
        let command = admission.open(
            in: id, incarnation: life.number, outOfMemoryKills: incarnation.cgroup.outOfMemoryKills)
        commands[command.id] = command
        do {
            command.stored.command.number = try await core.journal.insert(command.stored)
        } catch {
            commands[command.id] = nil
            throw error
        }
        do {
            armDeadline(of: command)
            try await launch(command, incarnation.number)
        } catch {
            kill(command)
            finish(command, nil, isLost: true)
            throw CloisterError(startingCommand: error)
        }
        if !command.isStarted { await withCheckedContinuation { command.starters.append($0) } }
        // The reason is in the result.
        if command.failure != nil { return try await command.feed.result() }
        return try command.feed.snapshot.outcome?.get() ?? command.stored.command
    }

    private func launch(_ command: OpenCommand, _ incarnation: UInt32) async throws {
        let link = try await core.spawner.startCommand(key, incarnation: incarnation, command: command.number)
        guard !command.isSettling else { return }
        try attach(link, to: command, resuming: nil)
        if let exit = command.earlyExit { return finish(command, exit, isLost: command.isDoomed) }
        if command.isOverdue { kill(command) }
        armStart(of: command)
        command.input?.write(command.stdin, isLast: !command.stored.keepsStdinOpen) { [weak self, id = command.id] in
            guard case .taken = $0 else { return }
            self?.assumeIsolated { $0.inputWasSent(id) }
        }
        (command.specification, command.stdin) = ([], [])
    }

    /// Begins to listen to the process.
    func attach(_ link: CommandLink, to command: OpenCommand, resuming run: OutputRun?) throws {
        let id = command.id
        command.link = link
        let output = try SessionOutput(stdout: link.output, stderr: link.errors, reactor: core.output)
        // Nothing can be there: what it executes it does not know yet.
        if run == nil { _ = output.beginIfQuiet(outputRun(command)) }
        try output.watch(resuming: run)
        command.output = output
        let port = CommandPort(link.control, sending: command.specification, reactor: core.control) { [weak self] in
            let event = $0
            self?.assumeIsolated { $0.heard(event, from: id) }
        }
        try port.open()
        command.port = port
        let input = CommandInputPort(link.input, reactor: core.control)
        try input.open()
        command.input = input
    }

    func outputRun(_ command: OpenCommand) -> OutputRun {
        OutputRun(feed: command.feed, directory: core.outputs, limits: core.settings.output)
    }

    private func heard(_ event: CommandPort.Event, from id: CommandID) {
        guard let command = commands[id] else { return }
        switch event {
        case .executed where command.stored.command.startedAt == nil:
            command.stored.command.startedAt = Timestamp(milliseconds: WallClock.now())
            command.feed.start()
            if let timer = command.startTimer { core.control.cancel(timer) }
            command.startTimer = nil
            // Nobody is told that it runs before the next daemon would know.
            update(command) { $0.commands[id]?.wakeStarters() }
        case .executed: command.wakeStarters()
        case .failed(let failure):
            command.failure = failure
            command.wakeStarters()
        }
    }

    private func inputWasSent(_ id: CommandID) {
        guard let command = commands[id] else { return }
        command.stored.isInputSent = true
        if command.isStarted { update(command) }
    }

    /// For the next daemon.
    private func update(
        _ command: OpenCommand, then body: @escaping @Sendable (isolated LiveSession) -> Void = { _ in }
    ) {
        guard !command.isSettling else { return }
        core.journal.update(command.stored) { [self] error in
            if let error { logger.error("cannot journal a command", metadata: ["error": "\(error)"]) }
            report(isUrgent: true, body)
        }
    }

    /// A process of the session can keep its program from being executed; nobody waits for that longer than for an
    /// interpreter.
    private func armStart(of command: OpenCommand) {
        let id = command.id
        command.startTimer = core.control.schedule(
            at: BootClock.after(seconds: core.settings.startSeconds),
            whenCalled { session in
                if let command = session.commands[id], !command.isStarted { session.kill(command) }
            })
    }

    // MARK: Time

    func armDeadline(of command: OpenCommand) {
        guard let deadline = command.stored.deadline else { return }
        let id = command.id
        command.timer = core.control.schedule(at: deadline, whenCalled { $0.commandIsOverdue(id) })
    }

    private func commandIsOverdue(_ id: CommandID) {
        guard let command = commands[id], !command.isSettling else { return }
        command.isOverdue = true
        send(.terminate, to: command)
        command.timer = core.control.schedule(
            at: BootClock.after(seconds: core.settings.graceSeconds),
            whenCalled { session in
                if let command = session.commands[id] { session.kill(command) }
            })
    }

    func kill(_ command: OpenCommand) { send(.kill, to: command) }

    private func send(_ signal: CommandSignal, to command: OpenCommand) {
        guard let number = command.link?.number else { return }
        Task {
            do {
                try await core.spawner.signalCommand(key, command: number, signal: signal, toGroup: true)
            } catch SpawnerClientError.failure(let failure) where failure.code == .noSuchCommand {
                // It has ended by itself.
            } catch {
                logger.warning("cannot signal a command", metadata: ["error": "\(error)"])
            }
        }
    }

    // MARK: What callers do to it

    /// False when it is not open.
    func signalCommand(_ id: CommandID, _ signal: CommandSignal, toGroup: Bool) async throws -> Bool {
        guard let command = commands[id], !command.isSettling, let number = command.link?.number else { return false }
        do {
            try await core.spawner.signalCommand(key, command: number, signal: signal, toGroup: toGroup)
            return true
        } catch SpawnerClientError.failure(let failure) where failure.code == .noSuchCommand {
            return false
        }
    }

    /// Returns when the kernel has the bytes.
    func writeInput(_ input: CommandInput, to id: CommandID) async -> CommandInputPort.Outcome {
        guard let port = commands[id]?.input else { return .closed }
        return await withCheckedContinuation { continuation in
            port.write(input.bytes, isLast: input.isLast) { continuation.resume(returning: $0) }
        }
    }
}
