// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import Driver
import Logging
import SpawnerProtocol

/// Copies of the interpreter: made behind an answer, used after a loss.
extension LiveSession {
    private static let answerSeconds = 10.0
    /// So long a kill waits for a copy that is leaving the running tree.
    private static let leavingSeconds = 1.0

    /// Says to the machine whether a checkpoint follows the execution that is being settled.
    func decideOnCheckpoint(isForced: Bool = false) {
        guard !isUnowned, let cgroup = life?.incarnation.cgroup, core.spawner.isConnected else { return }
        let used = Int64(clamping: cgroup.memoryBytes)
        let isWanted = checkpoints.wants(used: used, limit: facts.limits.memoryBytes, isForced: isForced)
        machine.savesNext = isWanted || !wishes.isEmpty
    }

    func takeCheckpoint() {
        guard let number = life?.incarnation.number else { return perform(machine.saved()) }
        let copy = checkpoints.begin(after: lastSettled, label: wishes.first?.label)
        askedCopy = copy
        Task {
            do {
                try await core.spawner.keep(key, incarnation: number, CheckpointListing(copy))
                askForCheckpoint(copy, incarnation: number)
            } catch {
                logger.warning("cannot make a checkpoint", metadata: ["error": "\(error)"])
                refused(.failed)
            }
        }
    }

    private func askForCheckpoint(_ copy: Checkpoints.Copy, incarnation: UInt32) {
        guard case .saving = machine.phase, let life, life.incarnation.number == incarnation, !life.isOver else {
            return
        }
        let request = DriverRequest.checkpoint(number: copy.number, isForced: checkpoints.policy == .always)
        guard life.port.request(request, nonce: .random(), .checkpoint) else {
            return perform(machine.channelViolated())
        }
        after(Self.answerSeconds, .checkpoint) { $0.perform($0.machine.channelViolated()) }
    }

    func received(_ claim: CheckpointClaim) {
        timers.cancel(.checkpoint)
        guard claim.isTaken else {
            return refused(claim.reason.flatMap { CheckpointRefusal(rawValue: $0) } ?? .failed)
        }
        checkpoints.forked()
        // The spawner's word that it is safe may have come before the driver's that it exists.
        if let copy = askedCopy, let wish = wishes.first, copy.label == wish.label {
            grant(wishes.removeFirst(), copy)
        }
        updateRollback()
        perform(machine.saved())
        if !wishes.isEmpty { perform(machine.save()) }
    }

    private func refused(_ reason: CheckpointRefusal) {
        if let number = checkpoints.refused(reason) { drop(number) }
        if !wishes.isEmpty { refuse(wishes.removeFirst(), reason) }
        updateRollback()
        perform(machine.saved())
    }

    func checkpointKept(_ number: UInt32) {
        // One that has been given up is of no use to anybody.
        guard let replaced = checkpoints.isKept(number) else { return drop(number) }
        for old in replaced { drop(old) }
        updateRollback()
        if timers.cancelIfSet(.leaving) { killRunning() }
    }

    func checkpointGone(_ number: UInt32) {
        checkpoints.isGone(number)
        updateRollback()
        if timers.cancelIfSet(.leaving) { killRunning() }
    }

    private func drop(_ number: UInt32) {
        Task { try? await core.spawner.drop(key, checkpoint: number) }
    }

    private func updateRollback() { machine.canRollBack = checkpoints.canRollBack }

    // MARK: After a loss

    /// Kills what runs, and not the checkpoint.
    func killRunning() {
        timers.cancel(.status)
        guard let life else { return perform(machine.treeEmpty()) }
        if checkpoints.isOnItsWay {
            after(Self.leavingSeconds, .leaving) {
                $0.checkpoints.lostRunningTree()
                $0.killRunning()
            }
            return
        }
        life.port.close()
        let cgroup = life.incarnation.cgroup
        Task {
            try? await core.blocking.run { cgroup.killRunningTree() }
            awaitEmptyTree(cgroup, incarnation: life.incarnation.number)
        }
    }

    func rollBack() {
        let target = rollbackTarget.flatMap { checkpoints.copy($0) }
        if rollbackTarget != nil { isLossTold = true }
        rollbackTarget = nil
        guard let copy = target ?? checkpoints.newestKept, let life else { return perform(machine.rollbackFailed()) }
        // What the old sockets still bring is of the execution that ended, and of nothing else.
        self.life?.isOver = true
        timers.cancel(.tree)
        Task {
            endedOutput = await life.output.end()
            do {
                let incarnation = try await core.spawner.rollback(key, checkpoint: copy.number)
                guard case .ending = machine.phase else { return }
                checkpoints.used(copy)
                lastSettled = copy.execution
                if case .ending(let ending) = machine.phase, ending.execution == nil { noteLoss(.rolledBack) }
                keepAgain(copy)
                updateRollback()
                try install(incarnation, channel: DriverChannel())
            } catch {
                logger.warning("cannot go back to a checkpoint", metadata: ["error": "\(error)"])
                self.life?.isOver = false
                checkpoints.reset()
                updateRollback()
                perform(machine.rollbackFailed())
            }
        }
    }

    /// What the session has become is copied at once, so that there is a way back again: under its name, if it had one.
    private func keepAgain(_ copy: Checkpoints.Copy) {
        machine.savesNext = true
        if let label = copy.label { wishes.insert(Wish(label: label, continuation: nil), at: 0) }
    }
}
