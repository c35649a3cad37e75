// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import Driver
import Logging
import StateStore

extension LiveSession {
    /// Told when the execution is in the journal, or why it is not.
    typealias Admitted = @Sendable (Result<OpenExecution, any Error>) -> Void

    /// Journals the execution, and starts it when its turn has come. Returns when it is in the journal.
    nonisolated func submit(
        _ execution: OpenExecution, policy: QueuePolicy, idempotency: String?
    ) async throws -> OpenExecution {
        try await withCheckedThrowingContinuation { continuation in
            report(isUrgent: true) {
                $0.admit(execution, policy, idempotency, isUrgent: true) { continuation.resume(with: $0) }
            }
        }
    }

    /// The same for a caller that waits for the execution's feed and nothing else; it tells failures as well.
    nonisolated func submitLater(_ execution: OpenExecution, policy: QueuePolicy) {
        report(isUrgent: true) {
            $0.admit(execution, policy, nil, isUrgent: false) { result in
                if case .failure(let error) = result { execution.feed.finish(.failure(error)) }
            }
        }
    }

    private func admit(
        _ execution: OpenExecution, _ policy: QueuePolicy, _ idempotency: String?, isUrgent: Bool,
        _ admitted: @escaping Admitted
    ) {
        expectReport(if: machine.awaitsReport)
        switch machine.submit(execution.id, policy) {
        case .refuse(let refusal): admitted(.failure(refusal.error(id)))
        case .start: startNow(execution, idempotency, isUrgent: isUrgent, admitted)
        case .queue: journalQueued(execution, idempotency, admitted)
        }
    }

    // MARK: At once

    /// What is admitted to an idle session goes to the driver from the journal's thread, if nothing stands in the way.
    /// The session's own thread need not wake up for that, unless somebody waits for it.
    private func startNow(
        _ admission: OpenExecution, _ idempotency: String?, isUrgent: Bool, _ admitted: @escaping Admitted
    ) {
        var execution = admission
        let delivery = prepareDelivery(&execution)
        open[execution.id] = execution
        armDeadline(execution.id)
        let (id, feed) = (execution.id, execution.feed)
        core.journal.insert(execution.record(idempotency: idempotency), delivery: delivery) { [self] result in
            let isSent = delivery != nil && (try? result.get().rest.isEmpty) == true
            if isSent { feed.start() }
            report(isUrgent: isUrgent || !isSent) { $0.inserted(id, result, delivery, admitted) }
        }
    }

    private func inserted(
        _ id: ExecutionID, _ result: Result<Journal.Insertion, any Error>, _ delivery: Delivery?,
        _ admitted: @escaping Admitted
    ) {
        switch result {
        case .failure(let error):
            timers.cancel(.deadline)
            open[id] = nil
            admitted(.failure(error))
            Task {
                if let delivery { await takeBack(delivery) }
                perform(machine.journalFailed(id))
            }
        case .success(let insertion):
            accepted(id, insertion.number)
            if delivery != nil {
                open[id]?.isSent = true
                life?.port.sendRest(insertion.rest)
            }
            if let execution = open[id] { admitted(.success(execution)) }
            perform(machine.journalled(id))
            if open[id]?.claim != nil { answered(id) }
        }
    }

    private func prepareDelivery(_ execution: inout OpenExecution) -> Delivery? {
        prepare(&execution)
        guard let life, life.output.beginIfQuiet(outputRun(execution)) else { return nil }
        guard life.port.reserve(execution.nonce, .execute) else {
            _ = life.output.endIfQuiet()
            return nil
        }
        return Delivery(socket: life.port.socket, nonce: execution.nonce, code: execution.code, stdin: execution.stdin)
    }

    private func takeBack(_ delivery: Delivery) async {
        life?.port.withdraw(delivery.nonce)
        _ = await life?.output.end()
    }

    // MARK: In the queue

    private func journalQueued(
        _ execution: OpenExecution, _ idempotency: String?, _ admitted: @escaping Admitted
    ) {
        let id = execution.id
        open[id] = execution
        core.journal.insert(execution.record(idempotency: idempotency), delivery: nil) { [self] result in
            report(isUrgent: true) { $0.queued(id, result, admitted) }
        }
    }

    private func queued(
        _ id: ExecutionID, _ result: Result<Journal.Insertion, any Error>, _ admitted: @escaping Admitted
    ) {
        expectReport(if: machine.awaitsReport)
        switch result {
        case .failure(let error):
            open[id] = nil
            admitted(.failure(error))
            perform(machine.queued(id, isJournalled: false))
        case .success(let insertion):
            accepted(id, insertion.number)
            if let execution = open[id] { admitted(.success(execution)) }
            perform(machine.queued(id))
        }
    }

    private func accepted(_ id: ExecutionID, _ number: Int64) {
        open[id]?.number = number
        executionCount = max(executionCount, Int(clamping: number))
        lastActivityAt = max(lastActivityAt, open[id]?.createdAt ?? 0)
    }

    /// Turns a queued execution into a running one.
    func journalStart(_ id: ExecutionID) async {
        guard var execution = open[id] else { return perform(machine.journalFailed(id)) }
        let isStarted = execution.start != nil
        prepare(&execution)
        open[id] = execution
        // An earlier daemon journalled the start and was killed before it sent anything.
        guard !isStarted, let start = execution.start else { return perform(machine.journalled(id)) }
        do {
            try await core.journal.start(
                id, incarnation: Int64(execution.incarnation), nonce: execution.nonce.bytes, start: start)
            perform(machine.journalled(id))
        } catch {
            logger.error("cannot journal an execution", metadata: ["execution": "\(id)", "error": "\(error)"])
            open[id] = nil
            execution.feed.finish(.failure(CloisterError.internalError(error)))
            perform(machine.journalFailed(id))
        }
    }

    /// Reads the counters and sets the clock.
    private func prepare(_ execution: inout OpenExecution) {
        if let cgroup = life?.incarnation.cgroup {
            cgroup.resetMemoryPeak()
            execution.baseline = cgroup.counters()
        }
        execution.checkpoint = checkpoints.report
        (execution.interlude, interlude) = (interlude, nil)
        execution.begin(incarnation: incarnationNumber)
    }
}
