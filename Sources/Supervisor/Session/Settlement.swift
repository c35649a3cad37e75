// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Blocking
import CloisterAPI
import Driver
import Logging
import StateStore

/// The last steps of an execution apart from its session: artifacts, verdict, result.
struct Settlement: Sendable {
    struct Outcome: Sendable {
        var execution: Execution
        var newArtifacts: Int
    }

    let execution: OpenExecution
    let loss: SessionStateMachine.Loss?
    let output: OutputRun
    let incarnation: Incarnation
    let core: SupervisorCore
    let facts: SessionFacts
    let logger: Logger

    /// The outcome, if there is certainly no artifact and no other reason to leave the session's thread.
    func withoutArtifacts() -> Outcome? {
        guard loss == nil, !execution.isResumed, execution.claim?.failure == nil, !output.hasDisplays,
            core.artifacts.isUntouched(session: facts.id.description, workspace: incarnation.workspace)
        else { return nil }
        return outcome([])
    }

    /// Calls `report` once, from a thread of the pool: the answer need not wait for the session's own.
    func carryOut(_ report: @escaping @Sendable (Outcome) -> Void) {
        core.blocking.post {
            do {
                let collected = try collect()
                guard execution.isResumed else { return report(collected) }
                Task { report(await completed(collected)) }
            } catch {
                report(failed(error))
            }
        }
    }

    private func failed(_ error: any Error) -> Outcome {
        logger.error("cannot collect artifacts", metadata: ["execution": "\(execution.id)", "error": "\(error)"])
        return outcome([.uncollected(execution.id)])
    }

    private func collect() throws -> Outcome {
        let collected = try core.artifacts.collectNow(
            session: facts.id.description, execution: execution.id.description, workspace: incarnation.workspace,
            freezer: loss == nil ? incarnation.cgroup.freezer : .none)
        return outcome(collected.compactMap { CloisterAPI.Artifact($0) })
    }

    /// An earlier daemon may have collected some of the artifacts.
    private func completed(_ outcome: Outcome) async -> Outcome {
        do {
            return try await withEarlier(outcome)
        } catch {
            return failed(error)
        }
    }

    private func withEarlier(_ outcome: Outcome) async throws -> Outcome {
        var outcome = outcome
        var all: [CloisterAPI.Artifact] = []
        var cursor: Cursor?
        repeat {
            let page = try await core.artifacts.artifacts(
                execution: execution.id.description, after: cursor, limit: PageQuery.maximumLimit)
            all += page.artifacts.compactMap { CloisterAPI.Artifact($0) }
            cursor = page.next
        } while cursor != nil
        outcome.execution.artifacts = all
        return outcome
    }

    private func outcome(_ artifacts: [CloisterAPI.Artifact]) -> Outcome {
        let finished = execution.finished(
            judgement, stdout: OutputCapture(output.stdout), stderr: OutputCapture(output.stderr),
            displays: displays, stacks: output.strayText, artifacts: artifacts)
        return Outcome(execution: finished, newArtifacts: artifacts.count)
    }

    private var displays: [Display] {
        guard output.hasDisplays, let progress = output.feed.progress else { return [] }
        do { return try progress.displays() } catch {
            logger.error("cannot read an output log", metadata: ["execution": "\(execution.id)", "error": "\(error)"])
            return []
        }
    }

    private var judgement: VerdictJudge.Judgement {
        let judge = VerdictJudge(observed)
        if let loss { return judge.lost(loss) }
        guard let claim = execution.claim else { return judge.killed() }
        return judge.preserved(claim)
    }

    private var observed: VerdictJudge.Facts {
        let start = execution.start.map { UInt64(clamping: $0.startedBoottime) } ?? BootClock.now()
        var observed = VerdictJudge.Facts(
            usage: incarnation.usage(since: start, execution.baseline), limits: facts.limits,
            timeoutSeconds: execution.timeoutSeconds,
            incarnation: loss?.isRolledBack == true ? Int(incarnation.number) : execution.incarnation)
        observed.wasOverdue = execution.wasOverdue
        observed.isOutputCut = output.isCut
        observed.outputBytes = core.settings.output.logBytes
        observed.isSpawnerGone = !core.spawner.isConnected
        if execution.claim?.failure != nil {
            observed.isWorkspaceFileSystemFull = incarnation.isWorkspaceFileSystemFull
        }
        return observed
    }
}
