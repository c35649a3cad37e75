// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import SpawnerProtocol

/// A command from its acceptance until its end is in the journal. It belongs to its session's thread.
final class OpenCommand {
    let id: CommandID
    let feed: CommandFeed
    /// As its row has it.
    var stored: StoredCommand
    /// Kept until they are sent.
    var specification: [UInt8] = []
    var stdin: [UInt8] = []
    var link: CommandLink?
    var output: SessionOutput?
    var port: CommandPort?
    var input: CommandInputPort?
    var timer: TimerID?
    /// Until its program runs.
    var startTimer: TimerID?
    /// It ended before the spawner's answer was read.
    var earlyExit: ProcessStatus?
    var failure: CommandFailure?
    /// It was told to end after its time.
    var isOverdue = false
    /// Its incarnation is being ended.
    var isDoomed = false
    /// Its end is being written down.
    var isSettling = false
    /// Those who wait until its program runs, or never will.
    var starters: [CheckedContinuation<Void, Never>] = []

    init(_ stored: StoredCommand) {
        id = stored.command.id
        feed = CommandFeed(id, in: stored.command.sessionID)
        self.stored = stored
        if stored.command.startedAt != nil { feed.start() }
    }

    /// The spawner's number for it.
    var number: UInt32 { UInt32(clamping: stored.command.number) }
    var isStarted: Bool { stored.command.startedAt != nil || failure != nil || isSettling }

    func wakeStarters() {
        let waiting = starters
        starters = []
        for waiter in waiting { waiter.resume() }
    }

    /// Stops listening to it.
    func retire(_ reactor: Reactor) {
        for timer in [timer, startTimer].compactMap({ $0 }) { reactor.cancel(timer) }
        (timer, startTimer) = (nil, nil)
        port?.close()
        input?.close()
        output?.retire()
    }

    /// As callers see it from now on.
    func finished(_ exit: ProcessStatus?, isLost: Bool, outOfMemory: Bool, _ run: OutputRun?) -> StoredCommand {
        var finished = stored
        finished.records = run?.records ?? 0
        finished.command.state = .finished
        finished.command.finishedAt = Timestamp(milliseconds: WallClock.now())
        finished.command.outOfMemory = outOfMemory
        if let run {
            finished.command.stdout = OutputCapture(run.stdout)
            finished.command.stderr = OutputCapture(run.stderr)
        }
        switch exit {
        case .exited(let code): finished.command.exitCode = Int(code)
        case .signaled(let number): finished.command.signal = SignalName.text(number)
        case nil: break
        }
        finished.command.status = status(exit, isLost: isLost)
        finished.command.error = failure.map {
            CommandError($0, argv: stored.command.argv, cwd: stored.command.cwd)
        }
        return finished
    }

    private func status(_ exit: ProcessStatus?, isLost: Bool) -> CommandStatus {
        if failure != nil { return .failed }
        if isLost { return .lost }
        if isOverdue { return .timeout }
        switch exit {
        case .exited: return .exited
        case .signaled: return .signaled
        case nil: return .lost
        }
    }
}
