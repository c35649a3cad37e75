// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import SpawnerProtocol

/// Copies of the interpreter that callers ask for.
extension LiveSession {
    /// Somebody who waits for a copy, or for the way back to one.
    struct Wish {
        let label: Checkpoints.Label
        /// Nil for a copy that takes the place of one that was used.
        let continuation: CheckedContinuation<NamedCheckpoint, any Error>?
    }

    var namedCheckpoints: [NamedCheckpoint] { checkpoints.labelled.map(NamedCheckpoint.init) }

    func checkpoint(named name: String) async throws -> NamedCheckpoint {
        guard !checkpoints.labelled.contains(where: { $0.label?.name == name }) else {
            throw CloisterError(
                .conflict, "Session \(id) has a checkpoint \(name) already.",
                remedy: "Delete it first, or take another name.")
        }
        guard checkpoints.labelled.count < Checkpoints.mostLabelled else {
            throw CloisterError(
                .conflict, "Session \(id) has \(Checkpoints.mostLabelled) checkpoints already.",
                remedy: "Delete one that is not needed.")
        }
        await untilMomentIsOver()
        let label = Checkpoints.Label(name: name, createdAt: WallClock.now())
        return try await withCheckedThrowingContinuation { continuation in
            let actions = machine.save()
            guard !actions.isEmpty else { return continuation.resume(throwing: isBusy) }
            wishes.append(Wish(label: label, continuation: continuation))
            perform(actions)
        }
    }

    func deleteCheckpoint(named name: String) throws {
        guard let copy = checkpoints.remove(labelled: name) else { throw CloisterError.noCheckpoint(name, id) }
        machine.canRollBack = checkpoints.canRollBack
        Task { try? await core.spawner.drop(key, checkpoint: copy.number) }
    }

    /// Returns when the session is what it was then. The checkpoint stays.
    func rollBack(toCheckpointNamed name: String) async throws {
        let copy = try await safeCopy(named: name)
        await untilMomentIsOver()
        let actions = machine.rollBack()
        guard !actions.isEmpty else { throw isBusy }
        rollbackTarget = copy.number
        let before = incarnationNumber
        perform(actions)
        await untilSettledDown()
        guard incarnationNumber > before, lastSettled == copy.execution else {
            throw CloisterError(
                .sessionFailed, "The checkpoint \(name) had ended; session \(id) has a new interpreter.",
                remedy: "Run what made its variables again.")
        }
    }

    /// The answer to an execution comes before its checkpoint: whoever has it need not be told that the session is busy.
    private func untilMomentIsOver() async {
        while machine.isBusyForAMoment { await withCheckedContinuation { momentWaiters.append($0) } }
    }

    /// One that was made a moment ago is still on its way to where it outlives its driver.
    private func safeCopy(named name: String) async throws -> Checkpoints.Copy {
        while let copy = checkpoints.labelled.first(where: { $0.label?.name == name }) {
            if copy.stage == .kept { return copy }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw CloisterError.noCheckpoint(name, id)
    }

    func wakeMomentWaiters() {
        let waiters = momentWaiters
        momentWaiters = []
        for waiter in waiters { waiter.resume() }
    }

    func grant(_ wish: Wish, _ copy: Checkpoints.Copy) {
        wish.continuation?.resume(returning: NamedCheckpoint(copy))
    }

    func refuse(_ wish: Wish, _ reason: CheckpointRefusal) {
        let why =
            switch reason {
            case .threads: "other threads are alive, which a copy would not have"
            case .sockets: "connections are open, which two interpreters cannot share"
            case .devices: "devices are open"
            case .off, .nothingToKeep, .memory, .rate, .failed: "the copy could not be made"
            }
        wish.continuation?.resume(
            throwing: CloisterError(
                .conflict, "Session \(id) cannot be copied: \(why).",
                remedy: "End what stands in the way, and ask again."))
    }

    func refuseWishes() {
        let refused = wishes
        wishes = []
        for wish in refused { refuse(wish, .failed) }
    }

    private var isBusy: CloisterError {
        CloisterError(
            .sessionBusy, "Session \(id) is running something.", remedy: "Wait until it has finished, or interrupt it.")
    }
}

extension NamedCheckpoint {
    fileprivate init(_ copy: Checkpoints.Copy) {
        self.init(
            name: copy.label?.name ?? "", createdAt: Timestamp(milliseconds: copy.label?.createdAt ?? 0),
            executionID: copy.execution)
    }
}

extension CloisterError {
    fileprivate static func noCheckpoint(_ name: String, _ session: SessionID) -> Self {
        Self(
            .notFound, "Session \(session) has no checkpoint \(name).",
            remedy: "GET /v1/sessions/{id}/checkpoints lists them; one whose process was ended is gone.")
    }
}
