// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Logging
import Platform
import SpawnerProtocol

/// The ends of commands.
extension LiveSession {
    /// The spawner has collected the process.
    func commandEnded(_ number: UInt32, _ status: ProcessStatus) {
        guard let command = commands.values.first(where: { $0.number == number }) else {
            // One that was given up before.
            Task { try? await core.spawner.forgetCommand(key, command: number) }
            return
        }
        guard command.link != nil || command.isSettling else {
            command.earlyExit = status
            return
        }
        finish(command, status, isLost: command.isDoomed)
    }

    /// The running tree is being killed: whatever ends now ends because of that.
    func doomCommands() {
        for command in commands.values { command.isDoomed = true }
    }

    /// The running tree is gone, whether the spawner has told of each process or not.
    func loseCommands() {
        for command in Array(commands.values) { finish(command, nil, isLost: true) }
    }

    /// Takes what it wrote, writes its end down, and tells.
    func finish(_ command: OpenCommand, _ exit: ProcessStatus?, isLost: Bool) {
        guard !command.isSettling else { return }
        // What it said before it ended says why.
        command.port?.finish()
        command.isSettling = true
        let kills = life?.incarnation.cgroup.outOfMemoryKills ?? 0
        let outOfMemory = kills > command.stored.outOfMemoryKills && exit == .signaled(number: 9)
        Task {
            let run = await command.output?.end()
            command.retire(core.control)
            let finished = command.finished(exit, isLost: isLost, outOfMemory: outOfMemory, run)
            await conclude(command, finished)
            if exit != nil { try? await core.spawner.forgetCommand(key, command: command.number) }
        }
    }

    /// A result that cannot be written stays readable from memory.
    private func conclude(_ command: OpenCommand, _ finished: StoredCommand) async {
        var isWritten = true
        do {
            try await core.journal.finish(finished)
        } catch {
            isWritten = false
            logger.error("cannot journal a command", metadata: ["error": "\(error)"])
        }
        command.stored = finished
        lastActivityAt = max(lastActivityAt, finished.command.finishedAt?.milliseconds ?? 0)
        if isWritten { commands[command.id] = nil }
        command.feed.finish(.success(finished.command))
        command.wakeStarters()
    }

    func untilCommandsEnded() async {
        for command in Array(commands.values) { _ = try? await command.feed.result() }
    }

    /// For a daemon that stops.
    func detachCommands() {
        for command in commands.values {
            command.retire(core.control)
            command.wakeStarters()
        }
    }

    // MARK: When none can be started

    var isOpenToCommands: Bool {
        switch machine.phase {
        case .ready, .saving, .inspecting, .running: true
        case .starting, .ending, .restarting, .failed, .deleting: false
        }
    }

    private var isUnsettled: Bool {
        switch machine.phase {
        case .starting, .ending, .restarting: true
        case .ready, .saving, .inspecting, .running, .failed, .deleting: false
        }
    }

    /// Returns when the session has an interpreter again, or never will.
    func untilSettledDown() async {
        guard isUnsettled else { return }
        await withCheckedContinuation { readyWaiters.append($0) }
    }

    func wakeReadyWaiters() {
        guard !readyWaiters.isEmpty, !isUnsettled else { return }
        let waiters = readyWaiters
        readyWaiters = []
        for waiter in waiters { waiter.resume() }
    }

    var commandRefusal: CloisterError {
        switch machine.phase {
        case .failed(let failure): SessionStateMachine.Refusal.failed(failure).error(id)
        case .deleting: .sessionNotFound(id)
        case .starting, .ending, .restarting, .ready, .saving, .inspecting, .running: .commandInterrupted
        }
    }
}

extension CloisterError {
    static func tooManyCommands(_ maximum: Int) -> Self {
        Self(
            .tooManyCommands, "\(maximum) commands of this session run, as many as may.",
            remedy: "Wait until some have finished, or end them with POST /v1/sessions/{id}/commands/{cid}/signal.")
    }

    static var commandInterrupted: Self {
        Self(
            .conflict, "The session's incarnation ended while the command was being started.",
            remedy: "Send it again; the session has an interpreter again in a moment.")
    }

    init(startingCommand error: any Error) {
        switch error {
        case let error as CloisterError: self = error
        case SpawnerClientError.failure(let failure): self.init(startingCommand: failure)
        case SpawnerClientError.unavailable, SpawnerClientError.protocolViolation:
            self = .spawnerUnavailable(cause: error)
        default: self = .internalError(error)
        }
    }

    private init(startingCommand failure: SpawnerFailure) {
        switch failure.code {
        case .noDriver: self = .commandInterrupted
        case .busy where failure.step.hasPrefix("too many"):
            self.init(
                .tooManyCommands, "No more commands can be started: \(failure.step).",
                remedy: "Wait until some have finished, or end some.", cause: failure)
        case .busy: self = .commandInterrupted
        default:
            self.init(
                .capacity, "The command could not be started: \(failure.step): \(SystemError.text(failure.errno)).",
                remedy: "End processes of the session; if that does not help, look at the spawner's log.",
                cause: failure)
        }
    }
}
