// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
import Platform
import SpawnerProtocol

/// How zygotes end: replaced, or failed.
extension Spawner {
    /// A fork takes milliseconds.
    private static let forkLimit: UInt64 = 1_000_000_000

    /// It gets no more requests; what it was asked for it still does.
    func retire(_ zygote: HeldZygote) {
        guard let pool = pools[zygote.image] else { return }
        if pool.zygote === zygote { pool.zygote = nil }
        if pool.successor === zygote { pool.successor = nil }
        if zygote.isStarting { return dismiss(zygote) }
        zygote.state = .retired
        endIfDone(zygote)
    }

    func endIfDone(_ zygote: HeldZygote) {
        if case .retired = zygote.state, zygote.outstanding.isEmpty, zygote.queue.isEmpty { dismiss(zygote) }
    }

    private func dismiss(_ zygote: HeldZygote) {
        guard !zygote.isDead else { return }
        if case .starting(let window) = zygote.state { release(window) }
        zygote.state = .dead
        loop.remove(zygote.socket)
        zygote.kill()
        if zygote.hasEnded { remove(zygote) }
    }

    /// It died, hangs or talks nonsense. Who waits for it is started by exec.
    func zygoteFailed(_ zygote: HeldZygote, _ error: SystemError) {
        guard !zygote.isDead else { return }
        if let pool = pools[zygote.image] {
            if pool.zygote === zygote { pool.zygote = nil }
            if pool.successor === zygote { pool.successor = nil }
            noteFailure(pool, error)
        }
        dismiss(zygote)
        for number in zygote.outstanding.keys {
            if let session = table[number], case .awaitingZygote(let request) = session.state {
                retryByExec(session, request, error)
            }
        }
        for number in zygote.queue {
            if let session = table[number], case .awaitingZygote(let request) = session.state {
                fallBack(session, request)
            }
        }
        zygote.outstanding = [:]
        zygote.queue = []
    }

    func noteFailure(_ pool: ImagePool, _ error: SystemError) {
        SpawnerLog.write("zygote \(pool.name): \(error)")
        pool.noteFailure(SpawnerFailure(.system, step: error.step, errno: error.errno), now: Clock.now())
    }

    func failHungZygotes(now: UInt64) {
        for zygote in zygotes.values where zygote.outstanding.values.contains(where: { now > $0 &+ Self.forkLimit }) {
            zygoteFailed(zygote, SystemError("a fork took too long", errno: ETIMEDOUT))
        }
    }

    /// False when the process was no zygote.
    func zygoteEnded(_ pid: Int32, _ status: ProcessStatus) -> Bool {
        guard let zygote = zygotes.values.first(where: { $0.pid == pid && !$0.hasEnded }) else { return false }
        // What it said before its end comes first.
        zygoteReported(zygote.number)
        zygote.hasEnded = true
        zygoteFailed(zygote, SystemError("the zygote ended: \(status)", errno: ECHILD))
        remove(zygote)
        return true
    }

    private func remove(_ zygote: HeldZygote) {
        zygotes[zygote.number] = nil
        if zygotes.isEmpty { strays = [:] }
        if !cgroups.remove(zygote.group) { pendingCgroups.append(zygote.group) }
    }
}
