// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import Driver
import Logging
import Platform
import SpawnerProtocol

extension LiveSession {
    // MARK: Beginning

    /// Makes the first incarnation and waits until its interpreter has greeted.
    func start() async throws {
        let began = BootClock.now()
        do {
            let incarnation = try await core.spawner.create(
                facts.key, image: facts.image, storage: facts.storage.forSpawner,
                limits: facts.limits.forSpawner(core.settings))
            let received = BootClock.now()
            guard machine.phase == .starting else {
                // Deleted meanwhile, perhaps before the spawner knew of it.
                try await core.spawner.destroy(facts.key)
                throw NoGreeting()
            }
            try install(incarnation, channel: DriverChannel())
            await untilStarted()
            report(incarnation, began: began, received: received)
        } catch {
            startFailure = error
            perform(machine.incarnationFailed())
        }
        if isFailed { throw startFailure ?? NoGreeting() }
    }

    /// Takes up the incarnation that an earlier daemon left. `sent` is the execution that its driver may be running.
    func adopt(_ sent: ExecutionID?) async {
        do {
            let incarnation = try await core.spawner.adopt(facts.key)
            try takeUp(incarnation, sent)
        } catch {
            logger.error("cannot adopt the session", metadata: ["error": "\(error)"])
            perform(machine.channelClosed())
        }
    }

    func renew() async {
        do {
            checkpoints.reset()
            (machine.canRollBack, lastSettled) = (false, nil)
            refuseWishes()
            let incarnation = try await core.spawner.renew(facts.key)
            guard machine.phase == .restarting else { return }
            noteLoss(.lost)
            try install(incarnation, channel: DriverChannel())
        } catch {
            renewFailed(error)
        }
    }

    /// Whoever comes next is told of a loss that no verdict tells.
    func noteLoss(_ state: VerdictState) {
        if !isLossTold, executionCount > 0 { interlude = Interlude(state: state, executionID: lastSettled) }
        isLossTold = false
    }

    private func renewFailed(_ error: any Error) {
        guard machine.phase == .restarting else { return }
        logger.error("cannot start an incarnation", metadata: ["error": "\(error)"])
        startFailure = error
        switch error {
        case SpawnerClientError.unavailable:
            after(0.5, .retry) { session in
                guard session.machine.phase == .restarting else { return }
                Task { await session.renew() }
            }
        case SpawnerClientError.failure(let failure) where failure.code == .noSuchSession:
            perform(machine.spawnerLost())
        default:
            perform(machine.incarnationFailed())
        }
    }

    /// Puts a fresh incarnation in the place of the one before.
    func install(_ incarnation: Incarnation, channel: DriverChannel) throws {
        retire()
        let life = try makeLife(incarnation, channel)
        try life.output.watch(resuming: nil)
        try life.port.open()
        self.life = life
        incarnationNumber = life.number
        armStart()
        if let status = incarnation.ended { perform(machine.driverEnded(status)) }
    }

    /// Asks the driver for its answer to `sent`, or for a sign of life, with a nonce that never was before.
    private func takeUp(_ incarnation: Incarnation, _ sent: ExecutionID?) throws {
        // The daemon before may have been killed while it held the session still to look at its files.
        incarnation.cgroup.thaw()
        let probe = Nonce.random()
        let target = sent.flatMap { open[$0]?.nonce }
        let life = try makeLife(incarnation, DriverChannel(recoveringWith: probe, target == nil ? .ping : .repeat))
        try life.output.watch(resuming: sent.flatMap { open[$0] }.map { outputRun($0) })
        try life.port.open()
        self.life = life
        checkpoints.adopt(incarnation.checkpoints)
        machine.canRollBack = checkpoints.canRollBack
        lastSettled = nil
        incarnationNumber = life.number
        if let status = incarnation.ended { return perform(machine.driverEnded(status)) }
        life.port.probe(target.map { .repeat(target: $0) } ?? .ping, nonce: probe)
        if let sent { armDeadline(sent) } else { armStart() }
    }

    private func armStart() {
        after(core.settings.startSeconds, .start) { $0.perform($0.machine.incarnationFailed()) }
    }

    private func makeLife(_ incarnation: Incarnation, _ channel: DriverChannel) throws -> Life {
        let number = incarnation.number
        let output = try SessionOutput(
            stdout: incarnation.stdout, stderr: incarnation.stderr, display: incarnation.display, reactor: core.output)
        let port = DriverPort(incarnation.control, channel: channel, reactor: core.control) { [weak self] event in
            self?.assumeIsolated { $0.received(event, incarnation: number) }
        }
        return Life(incarnation: incarnation, output: output, port: port)
    }

    private func report(_ incarnation: Incarnation, began: UInt64, received: UInt64) {
        let now = BootClock.now()
        var phases: [String: Double] = [:]
        for phase in incarnation.phases where phase.nanoseconds > 0 {
            phases[phase.name] = Double(phase.nanoseconds) / 1e6
        }
        phases["interpreter"] = Double(now &- received) / 1e6
        creation = SessionCreationReport(
            path: incarnation.path == .zygote ? .zygote : .exec, holder: incarnation.isHolderPooled ? .pooled : .fresh,
            milliseconds: Double(now &- began) / 1e6, phases: phases)
    }

    // MARK: What the driver's socket brings

    private func received(_ event: DriverPort.Event, incarnation: UInt32) {
        guard let life, life.incarnation.number == incarnation, !life.isOver else { return }
        expectReport(if: machine.awaitsReport)
        switch event {
        case .closed:
            life.port.close()
            perform(machine.channelClosed())
        case .channel(.violation(let error)):
            logger.warning("the driver broke the protocol", metadata: ["error": "\(error)"])
            life.port.close()
            perform(machine.channelViolated())
        case .channel(.ready) where warmsUp:
            warmsUp = false
            if !life.port.request(.warm, nonce: .random(), .ping) { becameReady() }
        case .channel(.ready), .channel(.pong): becameReady()
        case .channel(.result(let claim)): received(claim)
        case .channel(.unknown): resend()
        case .channel(.checkpointed(let claim)): received(claim)
        case .channel(.inspected(let claim)): received(claim)
        case .channel(.nothing): break
        }
    }

    private func becameReady() {
        timers.cancel(.start)
        startFailure = nil
        perform(machine.incarnationReady())
        recordState()
    }

    // MARK: Ending

    func driverEnded(_ status: ProcessStatus, incarnation: UInt32) {
        guard let life, life.incarnation.number == incarnation, !life.isOver else { return }
        expectReport(if: machine.awaitsReport)
        perform(machine.driverEnded(status))
    }

    func spawnerLost() {
        expectReport(if: machine.awaitsReport)
        perform(machine.spawnerLost())
    }

    func kill() {
        timers.cancel(.status, .checkpoint, .leaving)
        guard let life else { return perform(machine.treeEmpty()) }
        life.port.close()
        let cgroup = life.incarnation.cgroup
        Task {
            // Hundreds of processes take the kernel milliseconds.
            try? await core.blocking.run { cgroup.killAll() }
            awaitEmptyTree(cgroup, incarnation: life.incarnation.number)
        }
    }

    func awaitEmptyTree(_ cgroup: SessionCgroup, incarnation: UInt32) {
        guard let life, life.incarnation.number == incarnation, !life.isOver, life.treeToken == nil else { return }
        guard cgroup.isPopulated else { return perform(machine.treeEmpty()) }
        let watch = TreeWatch(cgroup) { [weak self] in
            self?.assumeIsolated { $0.perform($0.machine.treeEmpty()) }
        }
        self.life?.treeToken = try? core.control.add(watch, cgroup.events, for: .changed)
        after(1, .tree) { $0.perform($0.machine.treeEmpty()) }
    }

    /// Stops listening to an incarnation that is over.
    func endLife() {
        life?.isOver = true
        life?.retire(core.control)
        timers.cancel(.start, .status, .tree)
    }

    func retire() {
        life?.retire(core.control)
        life = nil
        timers.cancel(.start, .status, .tree, .retry)
    }

    // MARK: Waiting for the start

    /// The interpreter ended or kept silent.
    private struct NoGreeting: Error, CustomStringConvertible {
        var description: String { "the interpreter did not greet" }
    }

    func untilStarted() async {
        guard machine.phase == .starting else { return }
        await withCheckedContinuation { startWaiters.append($0) }
    }

    func wakeStartWaiters() {
        let waiters = startWaiters
        startWaiters = []
        for waiter in waiters { waiter.resume() }
    }

    /// Notes state and incarnation in the journal, for the next daemon and for people who read it.
    func recordState() {
        guard !isUnowned else { return }
        let (id, state, incarnation, creation) = (facts.id, state, incarnationNumber, creation)
        Task {
            do {
                try await core.journal.update(id, state: state, incarnation: incarnation, creation: creation)
            } catch {
                logger.error("cannot record the session's state", metadata: ["error": "\(error)"])
            }
        }
    }
}
