// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import CloisterAPI
import Driver
import Logging
import ObjectStore
import StateStore

extension LiveSession {
    /// Collects what an execution leaves behind, answers, and journals the result. The answer does not wait for the
    /// journal: until the result is in it, nothing else is sent, so that the driver still keeps it for the next daemon.
    func settle(_ id: ExecutionID, _ loss: SessionStateMachine.Loss?) {
        guard let execution = open[id], let life else { return perform(machine.settled(id)) }
        if loss != nil { isLossTold = true }
        if loss != nil, let ended = endedOutput {
            endedOutput = nil
            return settle(execution, loss, life.incarnation, ended)
        }
        if let quiet = life.output.endIfQuiet() { return settle(execution, loss, life.incarnation, quiet) }
        Task {
            settle(execution, loss, life.incarnation, await life.output.end() ?? outputRun(execution))
        }
    }

    private func settle(
        _ execution: OpenExecution, _ loss: SessionStateMachine.Loss?, _ incarnation: Incarnation, _ output: OutputRun
    ) {
        let settlement = Settlement(
            execution: execution, loss: loss, output: output, incarnation: incarnation, core: core, facts: facts,
            logger: logger)
        if let outcome = settlement.withoutArtifacts() {
            record(outcome.execution, records: output.records)
            settled(outcome)
            return execution.feed.finish(.success(outcome.execution))
        }
        // Without a queue nothing waits for the session's thread, which then need not wake up.
        let isUrgent = loss != nil || !machine.isQueueEmpty
        settlement.carryOut { [self] outcome in
            // In this order: the next execution must not be sent before this one's result is in the journal, and the
            // caller's next request must not find the session busy.
            record(outcome.execution, records: output.records)
            report(isUrgent: isUrgent) { $0.settled(outcome) }
            execution.feed.finish(.success(outcome.execution))
        }
    }

    private func settled(_ outcome: Settlement.Outcome) {
        artifactCount += outcome.newArtifacts
        lastActivityAt = max(lastActivityAt, outcome.execution.finishedAt?.milliseconds ?? 0)
        if outcome.execution.verdict?.state == .preserved { lastSettled = outcome.execution.id }
        decideOnCheckpoint(isForced: outcome.execution.verdict?.state == .rolledBack)
        perform(machine.settled(outcome.execution.id))
        if machine.phase == .restarting || outcome.execution.verdict?.state == .rolledBack { recordState() }
    }

    /// Ends an execution that never ran, or whose session is deleted while it runs.
    func abandon(_ id: ExecutionID) {
        guard let execution = open[id] else { return }
        let judge = VerdictJudge(
            .init(
                usage: ObservedUsage(), limits: facts.limits, timeoutSeconds: execution.timeoutSeconds,
                incarnation: incarnationNumber))
        let judgement = abandonment(judge)
        let finished = execution.finished(judgement, stdout: .empty, stderr: .empty, artifacts: [])
        record(finished, records: 0)
        execution.feed.finish(.success(finished))
    }

    private func abandonment(_ judge: VerdictJudge) -> VerdictJudge.Judgement {
        switch machine.phase {
        case .deleting: judge.killed()
        case .failed(.spawnerLost): judge.lost(.init(trigger: .spawnerLost))
        case .failed(.cannotStart): judge.killed()
        case .starting, .ready, .saving, .inspecting, .running, .ending, .restarting: judge.neverRan()
        }
    }

    /// Has the result journalled. What cannot be written stays readable from memory, and open in the journal for the
    /// next daemon.
    nonisolated private func record(_ finished: Execution, records: Int64) {
        core.journal.finish(finished, records: records) { [self] result in
            let isWritten: Bool
            do {
                try result.get()
                isWritten = true
            } catch {
                isWritten = false
                logger.error("cannot journal a result", metadata: ["execution": "\(finished.id)", "error": "\(error)"])
            }
            if isWritten { report(isUrgent: false) { $0.open[finished.id] = nil } }
        }
    }
}

extension CloisterAPI.Artifact {
    /// The artifact as callers see it; nil for one that belongs to no execution.
    init?(_ artifact: Artifacts.Artifact) {
        guard let execution = ExecutionID(artifact.executionID),
            let state = ArtifactState(rawValue: artifact.state.rawValue)
        else { return nil }
        self.init(
            path: artifact.displayPath, sha256: artifact.digest?.description, size: artifact.size, mime: artifact.mime,
            key: artifact.key, uri: artifact.uri, state: state, reason: artifact.reason, executionID: execution)
    }

    /// Says that the artifact directory could not be looked at; what is in it is found after the next execution.
    static func uncollected(_ execution: ExecutionID) -> Self {
        Self(path: "", size: 0, state: .skipped, reason: "collection_failed", executionID: execution)
    }
}
