// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Logging
import SpawnerProtocol

extension LiveSession {
    /// What a session that waits for a caller has; nil when it is not as it was started.
    var unused: Incarnation? {
        guard machine.phase == .ready, let life, life.number == 1 else { return nil }
        return life.incarnation
    }

    /// As its caller gets it from the pool.
    func handOut(_ report: SessionCreationReport) -> Session {
        creation = report
        checkpoints.follow(facts.checkpoint)
        recordState()
        return description
    }

    /// As the caller gets it for whom it was made. To read the kernel's few numbers costs less than a change of threads.
    func handOut() -> Session {
        recordState()
        var description = description
        description.usage = measurable?.usage()
        return description
    }

    /// Ends a session that nobody has had. It has no row, no output and no artifact.
    func discard() async {
        perform(machine.delete())
        wakeStartWaiters()
        do {
            try await core.spawner.destroy(key)
        } catch SpawnerClientError.failure(let failure) where failure.code == .noSuchSession {
            // It is gone already.
        } catch SpawnerClientError.unavailable {
            // A spawner that comes back is told to destroy what no row knows.
        } catch {
            logger.warning("cannot end a ready session", metadata: ["error": "\(error)"])
        }
        retire()
        timers.cancelAll()
    }
}
