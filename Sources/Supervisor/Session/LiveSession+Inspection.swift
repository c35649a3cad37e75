// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Driver
import Logging
import SpawnerProtocol

/// Questions about variables and code, which the driver answers between executions.
struct Inspections {
    struct Question {
        let number: UInt64
        let request: InspectionRequest
        /// Until when an execution may stand in the way.
        let deadline: UInt64
        /// Nil once nobody waits any more.
        var answer: CheckedContinuation<InspectionClaim, any Error>?
    }

    private(set) var lastNumber: UInt64 = 0
    var waiting: [Question] = []
    var current: Question?
    /// The current one took too long, and what answered it was ended for that.
    var isOverdue = false
    /// The spawner's answer to the last wish to interrupt the current one.
    var interruption: Task<Void, Never>?

    var isEmpty: Bool { waiting.isEmpty && current == nil }

    mutating func nextNumber() -> UInt64 {
        lastNumber &+= 1
        return lastNumber
    }
}

extension LiveSession {
    /// Beyond the time that the driver was given.
    private static let patience = 0.5

    /// Waits so long for executions that are in the way, and throws `session_busy` then.
    func inspect(_ request: InspectionRequest, waiting seconds: Int64) async throws -> InspectionClaim {
        expectReport(if: machine.awaitsReport)
        guard inspections.waiting.count < core.settings.queueLimit else {
            throw SessionStateMachine.Refusal.queueFull.error(id)
        }
        let (number, deadline) = (inspections.nextNumber(), BootClock.after(seconds: Double(seconds)))
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                inspections.waiting.append(
                    .init(number: number, request: request, deadline: deadline, answer: continuation))
                reviewInspections()
            }
        } onCancel: {
            report(isUrgent: true) { $0.cancelInspection(number) }
        }
    }

    /// What the driver has been asked it still has to answer.
    private func cancelInspection(_ number: UInt64) {
        if inspections.current?.number == number {
            inspections.current?.answer?.resume(throwing: CancellationError())
            inspections.current?.answer = nil
        } else if let index = inspections.waiting.firstIndex(where: { $0.number == number }) {
            inspections.waiting.remove(at: index).answer?.resume(throwing: CancellationError())
        }
    }

    /// Called after every change of the session.
    func reviewInspections() {
        tellLoss()
        while !inspections.waiting.isEmpty {
            switch machine.inspect() {
            case .ask: ask(inspections.waiting.removeFirst())
            case .wait: return
            case .busy: return endBusy()
            case .refuse(let refusal):
                let refused = inspections.waiting
                inspections.waiting = []
                for question in refused { question.answer?.resume(throwing: refusal.error(id)) }
            }
        }
    }

    /// Refuses those that have waited long enough.
    private func endBusy() {
        let now = BootClock.now()
        let (over, rest) = (
            inspections.waiting.filter { $0.deadline <= now }, inspections.waiting.filter { $0.deadline > now }
        )
        inspections.waiting = rest
        for question in over { question.answer?.resume(throwing: CloisterError.busyForInspection(id)) }
        guard let next = rest.map(\.deadline).min() else { return }
        timers.set(.inspectionWait, at: next, whenCalled { $0.reviewInspections() })
    }

    // MARK: Asking

    private func ask(_ question: Inspections.Question) {
        inspections.current = question
        (inspections.isOverdue, inspections.interruption) = (false, nil)
        guard let life, !life.isOver, life.port.request(.inspect(question.request), nonce: .random(), .inspect) else {
            return perform(machine.channelViolated())
        }
        let time = Double(question.request.milliseconds) / 1_000 + Self.patience
        after(time, .inspection) { $0.interruptInspection(isRepeated: false) }
    }

    /// The driver answers an interrupt with what it has. The second one is for what the first one did not reach.
    private func interruptInspection(isRepeated: Bool) {
        guard machine.phase == .inspecting, let number = life?.incarnation.number else { return }
        inspections.interruption = Task {
            do {
                try await core.spawner.interrupt(key, incarnation: number, rung: .interrupt)
            } catch {
                logger.warning("cannot interrupt the driver", metadata: ["error": "\(error)"])
            }
        }
        after(core.settings.graceSeconds / 2, .inspection) {
            if isRepeated { $0.endInspection() } else { $0.interruptInspection(isRepeated: true) }
        }
    }

    private func endInspection() {
        guard machine.phase == .inspecting else { return }
        inspections.isOverdue = true
        perform(machine.inspectionOverdue())
    }

    /// An interrupt that is still on its way must not meet the next execution.
    func received(_ claim: InspectionClaim) {
        timers.cancel(.inspection)
        guard let interruption = inspections.interruption else { return answer(claim) }
        Task {
            await interruption.value
            answer(claim)
        }
    }

    private func answer(_ claim: InspectionClaim) {
        guard machine.phase == .inspecting, let question = inspections.current else { return }
        inspections.current = nil
        perform(machine.inspected())
        question.answer?.resume(returning: claim)
    }

    /// The interpreter has ended instead of answering: says so as soon as it is clear what became of its variables.
    private func tellLoss() {
        guard let question = inspections.current else { return }
        let error: CloisterError
        switch machine.phase {
        case .inspecting, .ending: return
        case .deleting: error = .sessionNotFound(id)
        case .ready, .saving, .running: error = .interpreterEnded(id, .rolledBack, isOverdue: inspections.isOverdue)
        case .starting, .restarting, .failed: error = .interpreterEnded(id, .lost, isOverdue: inspections.isOverdue)
        }
        inspections.current = nil
        question.answer?.resume(throwing: error)
    }
}

extension CloisterError {
    fileprivate static func busyForInspection(_ session: SessionID) -> CloisterError {
        CloisterError(
            .sessionBusy, "Session \(session) is running something, and answers between executions only.",
            remedy: "Wait for it, interrupt it, or give wait_seconds (at most 30).")
    }

    fileprivate static func interpreterEnded(
        _ session: SessionID, _ state: VerdictState, isOverdue: Bool
    ) -> CloisterError {
        let cause = isOverdue ? "took too long to answer and was ended" : "ended instead of answering"
        let variables = state == .lost ? "its variables are lost" : "it goes on from its last checkpoint"
        return CloisterError(
            .interpreterEnded, "The interpreter of session \(session) \(cause); \(variables).",
            remedy: "Run code again that makes what is missing; look at the __repr__ of what was asked for.",
            details: ["state": .string(state.rawValue), "cause": .string(isOverdue ? "timeout" : "crashed")])
    }
}
