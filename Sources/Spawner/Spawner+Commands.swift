// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
import Platform
import SpawnerProtocol

/// Commands: processes beside the driver, in the same running tree and under the same limits.
///
/// What a command is, the spawner does not know: the daemon says so over a socket of the new process.
extension Spawner {
    private static let mostCommands = 32

    func startCommand(_ session: HeldSession, _ incarnation: UInt32, _ number: UInt32, _ request: PendingRequest) {
        guard commandTree(session, incarnation) != nil else {
            return fail(request, session.key, SpawnerFailure(.noDriver))
        }
        guard number != 0, session.commands[number] == nil,
            !waitingCommands.contains(where: { $0.session == session.number && $0.number == number })
        else { return fail(request, session.key, SpawnerFailure(.badRequest, step: "command")) }
        let waiting = waitingCommands.count { $0.session == session.number }
        guard session.commands.count + waiting < Self.mostCommands else {
            return fail(request, session.key, SpawnerFailure(.busy, step: "too many commands of the session"))
        }
        guard heldCommands + waitingCommands.count < settings.ceilings.commands else {
            return fail(request, session.key, SpawnerFailure(.busy, step: "too many commands of all sessions"))
        }
        waitingCommands.append(
            WaitingCommand(request: request, session: session.number, incarnation: incarnation, number: number))
    }

    /// Those that the daemon may still ask for, and those that have not been collected.
    var heldCommands: Int {
        table.all.reduce(0) { $0 + $1.commands.count }
            + commands.values.count { table[$0.session]?.commands[$0.number] !== $0 }
    }

    /// The incarnation, if it is this one and has a driver.
    private func commandTree(_ session: HeldSession, _ number: UInt32) -> LiveIncarnation? {
        guard case .live = session.state, let live = session.incarnation, live.number == number, live.ended == nil,
            live.initPid != 0
        else { return nil }
        return live
    }

    /// Starts as many as there are windows. Called once a turn of the loop.
    func startWaitingCommands() {
        while let command = waitingCommands.first {
            guard let session = table[command.session], let live = commandTree(session, command.incarnation) else {
                waitingCommands.removeFirst()
                fail(command.request, table[command.session]?.key, SpawnerFailure(.noDriver))
                continue
            }
            guard let window = windows.popLast() else { return }
            waitingCommands.removeFirst()
            do throws(SystemError) {
                try launch(try factory.startCommand(command, session, live, window), session)
            } catch {
                release(window)
                SpawnerLog.write("session \(session.number), command: \(error)")
                fail(command.request, session.key, SpawnerFailure(.system, step: error.step, errno: error.errno))
            }
        }
    }

    private func launch(_ command: HeldCommand, _ session: HeldSession) throws(SystemError) {
        commands[command.pid] = command
        session.commands[command.number] = command
        do throws(SystemError) {
            if let status = command.status { try loop.add(status, .command(UInt64(command.pid))) }
        } catch {
            session.commands[command.number] = nil
            _ = cloister_pidfd_signal(command.process.number, SIGKILL)
            throw error
        }
    }

    /// The process says that it has its own descriptors, then that it executes; then its socket closes.
    func commandReported(_ pid: Int32) {
        guard let command = commands[pid], let session = table[command.session] else { return }
        do throws(SystemError) {
            while let status = command.status, let report = try receiveReport(status) {
                if case .failed(let error) = report { throw error }
                try commandAdvanced(command, session, hasEnded: report == .ended)
            }
        } catch { commandFailed(command, session, error) }
    }

    private func commandAdvanced(_ command: HeldCommand, _ session: HeldSession, hasEnded: Bool) throws(SystemError) {
        switch command.stage {
        case .starting(let request, let window) where !hasEnded:
            release(window)
            command.stage = .awaitingExec(request)
        case .awaitingExec where !hasEnded: command.isExecuting = true
        case .awaitingExec(let request) where command.isExecuting:
            dropStatus(command)
            command.stage = .started
            replyCommand(command, session, request)
        default: throw SystemError("the command's process died", errno: ECHILD)
        }
    }

    private func dropStatus(_ command: HeldCommand) {
        if let status = command.status { loop.remove(status) }
        command.status = nil
    }

    private func replyCommand(_ command: HeldCommand, _ session: HeldSession, _ request: PendingRequest) {
        let passed = command.passed
        reply(
            request, session.key, .command(command.description, roles: passed.map(\.role)), passed.map(\.descriptor))
    }

    private func commandFailed(_ command: HeldCommand, _ session: HeldSession, _ error: SystemError) {
        SpawnerLog.write("session \(session.number), command: \(error)")
        abandon(command, session, SpawnerFailure(.system, step: error.step, errno: error.errno))
    }

    /// Kills it and keeps nothing of it but its process' number, until that has been collected.
    private func abandon(_ command: HeldCommand, _ session: HeldSession, _ failure: SpawnerFailure) {
        session.commands[command.number] = nil
        dropStatus(command)
        if command.pid != 0 { _ = cloister_pidfd_signal(command.process.number, SIGKILL) }
        if case .starting(_, let window) = command.stage { release(window) }
        if let request = command.stage.pending { fail(request, session.key, failure) }
        command.stage = .started
    }

    // MARK: Later

    func adoptCommand(_ session: HeldSession, _ number: UInt32, _ request: PendingRequest) {
        guard let command = session.commands[number] else {
            return fail(request, session.key, SpawnerFailure(.noSuchCommand))
        }
        let superseded = command.stage.pending
        switch command.stage {
        case .started: return replyCommand(command, session, request)
        case .starting(_, let window): command.stage = .starting(request, window)
        case .awaitingExec: command.stage = .awaitingExec(request)
        }
        if let superseded { fail(superseded, session.key, SpawnerFailure(.busy, step: "superseded")) }
    }

    func signalCommand(
        _ session: HeldSession, _ number: UInt32, _ signal: CommandSignal, toGroup: Bool, _ request: PendingRequest
    ) {
        guard let command = session.commands[number], case .started = command.stage, command.pid != 0 else {
            return fail(request, session.key, SpawnerFailure(.noSuchCommand))
        }
        let number = CInt(signal.rawValue)
        let failure =
            toGroup
            ? cloister_signal_group(command.pid, number) : cloister_pidfd_signal(command.process.number, number)
        if failure < 0 { return fail(request, session.key, SpawnerFailure(.system, step: "signal", errno: -failure)) }
        reply(request, session.key, .done)
    }

    func forgetCommand(_ session: HeldSession, _ number: UInt32, _ request: PendingRequest) {
        guard let command = session.commands[number] else {
            return fail(request, session.key, SpawnerFailure(.noSuchCommand))
        }
        guard command.ended != nil else {
            return fail(request, session.key, SpawnerFailure(.busy, step: "the command runs"))
        }
        session.commands[number] = nil
        reply(request, session.key, .done)
    }

    // MARK: Endings

    /// False when the process is no command's.
    func commandEnded(_ pid: Int32, _ status: ProcessStatus) -> Bool {
        guard let command = commands[pid] else { return false }
        // What it said before it died names the step that failed.
        commandReported(pid)
        commands[pid] = nil
        command.pid = 0
        guard let session = table[command.session], session.commands[command.number] === command else { return true }
        guard case .started = command.stage else {
            commandFailed(command, session, SystemError("the command's process died", errno: ECHILD))
            return true
        }
        command.ended = status
        announce(session, .commandEnded(command.number, status: status))
        return true
    }

    /// The running tree is being killed: what is known of its commands goes with it.
    func forgetCommands(_ session: HeldSession) {
        for command in Array(session.commands.values) {
            abandon(command, session, SpawnerFailure(.busy, step: "the incarnation ends"))
        }
        session.commands = [:]
    }

    func failOverdueCommands(now: UInt64) {
        for command in Array(commands.values) where command.stage.pending != nil {
            guard now &- command.began > Self.commandStartLimit, let session = table[command.session] else { continue }
            commandFailed(command, session, SystemError("start took too long", errno: ETIMEDOUT))
        }
    }

    private static let commandStartLimit: UInt64 = 15_000_000_000
}
