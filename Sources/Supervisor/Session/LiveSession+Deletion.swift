// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Blocking
import CloisterAPI
import SpawnerProtocol
import StateStore

extension LiveSession {
    /// Ends the session: its processes, its workspace, its row and its logs. Every caller waits for the same deletion.
    func delete() async throws {
        if let deletion { return try await deletion.value }
        perform(machine.delete())
        wakeStartWaiters()
        let task = Task { try await carryOutDeletion() }
        deletion = task
        do {
            try await task.value
        } catch {
            // The next caller tries again.
            deletion = nil
            throw error
        }
    }

    private func carryOutDeletion() async throws {
        try await core.journal.update(facts.id, state: .deleting, incarnation: incarnationNumber)
        do {
            try await core.spawner.destroy(facts.key)
        } catch SpawnerClientError.failure(let failure) where failure.code == .noSuchSession {
            // It is gone already.
        } catch SpawnerClientError.unavailable {
            // A spawner that comes back is told to destroy what the journal does not know.
        }
        loseCommands()
        await untilSettled()
        await untilCommandsEnded()
        retire()
        timers.cancelAll()
        let (outputs, store, id) = (core.outputs, core.journal.store, id)
        try await core.blocking.run {
            try store.deleteSession(id.description, at: WallClock.now())
            outputs.remove(id)
        }
        core.artifacts.forget(session: id.description)
    }

    /// Executions that are being settled or abandoned end by themselves.
    private func untilSettled() async {
        for execution in open.values { _ = try? await execution.feed.result() }
        // The journal's thread has written every result when it has done this.
        try? await core.journal.writer.run {}
    }

    /// For a daemon that stops: lets go of everything, and of no process.
    func detach() {
        timers.cancelAll()
        detachCommands()
        retire()
    }
}
