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
    func settle(_ id: ExecutionID, _ loss: SessionStateMachine.Loss?) async {
        guard let execution = open[id], let life else { return perform(machine.settled(id)) }
        let output: OutputRun
        if let quiet = life.output.endIfQuiet() {
            output = quiet
        } else {
            output = await life.output.end() ?? outputRun(execution)
        }
        let usage = life.incarnation.usage(since: execution.startedBoottime, execution.baseline)
        let artifacts = await collectArtifacts(execution, life.incarnation, isAlive: loss == nil)
        let judge = VerdictJudge(facts(execution, output, usage, life.incarnation))
        let judgement = judgement(id, loss, judge)
        let finished = (open[id] ?? execution).finished(
            judgement, stdout: OutputCapture(output.stdout), stderr: OutputCapture(output.stderr), artifacts: artifacts)
        finish(finished, execution.feed, records: output.records)
        perform(machine.settled(id))
        if machine.phase == .restarting { recordState() }
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
        finish(finished, execution.feed, records: 0)
    }

    private func abandonment(_ judge: VerdictJudge) -> VerdictJudge.Judgement {
        switch machine.phase {
        case .deleting: judge.killed()
        case .failed(.spawnerLost): judge.lost(.init(trigger: .spawnerLost))
        case .failed(.cannotStart): judge.killed()
        case .starting, .ready, .running, .ending, .restarting: judge.neverRan()
        }
    }

    private func finish(_ finished: Execution, _ feed: ExecutionFeed, records: Int64) {
        lastActivityAt = max(lastActivityAt, finished.finishedAt?.milliseconds ?? 0)
        feed.finish(.success(finished))
        let earlier = finishing
        unfinished += 1
        finishing = Task {
            await earlier?.value
            await journalFinish(finished, records: records)
        }
    }

    private func journalFinish(_ finished: Execution, records: Int64) async {
        do {
            try await core.journal.finish(finished, records: records)
            open[finished.id] = nil
        } catch {
            // It stays readable from memory, and open in the journal for the next daemon.
            logger.error("cannot journal a result", metadata: ["execution": "\(finished.id)", "error": "\(error)"])
        }
        unfinished -= 1
        if unfinished == 0 { finishing = nil }
    }

    /// The loss that `settle` was called for, or one that came while it worked.
    private func judgement(
        _ id: ExecutionID, _ loss: SessionStateMachine.Loss?, _ judge: VerdictJudge
    ) -> VerdictJudge.Judgement {
        if let loss = loss ?? machine.lossOfRun(id) { return judge.lost(loss) }
        guard let claim = open[id]?.claim else { return judge.killed() }
        return judge.preserved(claim)
    }

    private func facts(
        _ execution: OpenExecution, _ output: OutputRun, _ usage: ObservedUsage, _ incarnation: Incarnation
    ) -> VerdictJudge.Facts {
        var facts = VerdictJudge.Facts(
            usage: usage, limits: self.facts.limits, timeoutSeconds: execution.timeoutSeconds,
            incarnation: execution.incarnation)
        facts.wasOverdue = execution.wasOverdue
        facts.isOutputCut = output.isCut
        facts.outputBytes = core.settings.output.logBytes
        facts.isSpawnerGone = !core.spawner.isConnected
        if execution.claim?.failure != nil {
            facts.isWorkspaceFileSystemFull = incarnation.isWorkspaceFileSystemFull
        }
        return facts
    }

    private func collectArtifacts(
        _ execution: OpenExecution, _ incarnation: Incarnation, isAlive: Bool
    ) async -> [CloisterAPI.Artifact] {
        do {
            let collected = try await core.artifacts.collect(
                session: facts.id.description, execution: execution.id.description, workspace: incarnation.workspace,
                freezer: isAlive ? incarnation.cgroup.freezer : .none)
            let all = execution.isResumed ? try await allArtifacts(of: execution.id) : collected
            artifactCount += collected.count
            return all.compactMap { CloisterAPI.Artifact($0) }
        } catch {
            logger.error("cannot collect artifacts", metadata: ["execution": "\(execution.id)", "error": "\(error)"])
            return [.uncollected(execution.id)]
        }
    }

    /// An earlier daemon may have collected some of them.
    private func allArtifacts(of execution: ExecutionID) async throws -> [Artifacts.Artifact] {
        var all: [Artifacts.Artifact] = []
        var cursor: Cursor?
        repeat {
            let page = try await core.artifacts.artifacts(
                execution: execution.description, after: cursor, limit: PageQuery.maximumLimit)
            all += page.artifacts
            cursor = page.next
        } while cursor != nil
        return all
    }
}

extension OpenExecution {
    fileprivate var startedBoottime: UInt64 { start.map { UInt64(clamping: $0.startedBoottime) } ?? BootClock.now() }
}

extension SessionStateMachine {
    /// How the incarnation of this execution ended while its result was put together.
    fileprivate func lossOfRun(_ execution: ExecutionID) -> Loss? {
        guard case .running(let run) = phase, run.execution == execution else { return nil }
        return run.loss
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
