// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI
package import Driver
import SpawnerProtocol

/// Says how an execution ended and what became of the session's state, from what was observed and what the driver
/// claims.
package struct VerdictJudge: Sendable {
    /// Facts from outside the sandbox.
    package struct Facts: Sendable {
        package var usage: ObservedUsage
        package var limits: CloisterAPI.SessionLimits
        package var timeoutSeconds: Double
        package var incarnation: Int
        /// The deadline's interrupt was sent before the answer came.
        package var wasOverdue = false
        /// Output is missing from the log.
        package var isOutputCut = false
        package var outputBytes: Int64 = 0
        package var isWorkspaceFileSystemFull = false
        package var isSpawnerGone = false

        package init(usage: ObservedUsage, limits: CloisterAPI.SessionLimits, timeoutSeconds: Double, incarnation: Int)
        {
            self.usage = usage
            self.limits = limits
            self.timeoutSeconds = timeoutSeconds
            self.incarnation = incarnation
        }
    }

    package struct Judgement: Sendable, Equatable {
        package var status: ExecutionStatus
        package var verdict: Verdict
    }

    private let facts: Facts

    package init(_ facts: Facts) { self.facts = facts }

    /// The driver answered and lives on.
    package func preserved(_ claim: ExecutionClaim) -> Judgement {
        switch claim.status {
        case .ok: judgement(.ok, .preserved, .ok, outputLimit)
        case .exit: judgement(.exit, .preserved, .exited, outputLimit)
        case .interrupted where facts.wasOverdue: judgement(.timeout, .preserved, .timeout, timeLimit)
        case .interrupted: judgement(.interrupted, .preserved, .interrupted, outputLimit)
        case .error: failed(claim.failure)
        }
    }

    /// The incarnation ended, and the session goes on from a checkpoint, or from nothing.
    package func lost(_ loss: SessionStateMachine.Loss) -> Judgement {
        let exit = loss.exit.map(ProcessExit.init)
        let state = loss.isRolledBack ? VerdictState.rolledBack : .lost
        switch cause(of: loss) {
        case .timeout: return judgement(.timeout, state, .timeout, timeLimit)
        case .interrupted: return judgement(.interrupted, state, .interrupted, nil)
        case .oom: return judgement(.lost, state, .oom, memoryLimit, exit)
        case let cause: return judgement(.lost, state, cause, pidsLimit ?? outputLimit, exit)
        }
    }

    /// It never ran, or its session was deleted under it.
    package func killed() -> Judgement { judgement(.lost, .lost, .killed, nil) }

    /// It was taken out of the queue.
    package func neverRan() -> Judgement { judgement(.interrupted, .preserved, .interrupted, nil) }

    private func cause(of loss: SessionStateMachine.Loss) -> VerdictCause {
        switch loss.trigger {
        case .deadline: return .timeout
        case .interrupted: return .interrupted
        case .requested: return .killed
        case .outOfMemory: return .oom
        case .spawnerLost: return .hostRestart
        case .violation: return .protocolError
        case .channelClosed, .driverEnded:
            if facts.usage.outOfMemoryKills > 0 { return .oom }
            // What ended it was the interrupt, or came too late to count.
            if facts.wasOverdue { return .timeout }
            switch loss.exit {
            case .exited: return .exited
            case .signaled: return .crashed
            case nil: return facts.isSpawnerGone ? .hostRestart : .protocolError
            }
        }
    }

    /// An exception whose text says that a limit was in the way. Text is a claim: it decides the hint, not the state.
    private func failed(_ failure: ExecutionClaim.Failure?) -> Judgement {
        let type = failure?.type ?? ""
        let message = failure?.message ?? ""
        if message.contains("[Errno 122]") { return judgement(.error, .preserved, .diskFull, workspaceLimit) }
        if message.contains("[Errno 28]") {
            let limit = facts.isWorkspaceFileSystemFull ? workspaceLimit : tmpLimit
            return judgement(.error, .preserved, .diskFull, limit)
        }
        if type.hasSuffix("MemoryError") { return judgement(.error, .preserved, .error, memoryLimit) }
        return judgement(.error, .preserved, .error, pidsLimit ?? outputLimit)
    }

    private var timeLimit: LimitHit? { LimitHit(name: "timeout_seconds", value: facts.timeoutSeconds) }
    private var memoryLimit: LimitHit? { LimitHit(name: "memory_bytes", value: Double(facts.limits.memoryBytes)) }
    private var tmpLimit: LimitHit? { LimitHit(name: "tmp_bytes", value: Double(facts.limits.tmpBytes)) }

    private var workspaceLimit: LimitHit? {
        LimitHit(name: "workspace_bytes", value: Double(facts.limits.workspaceBytes))
    }

    private var pidsLimit: LimitHit? {
        facts.usage.pidsRefused > 0 ? LimitHit(name: "pids", value: Double(facts.limits.pids)) : nil
    }

    private var outputLimit: LimitHit? {
        facts.isOutputCut ? LimitHit(name: "output_bytes", value: Double(facts.outputBytes)) : nil
    }

    private func judgement(
        _ status: ExecutionStatus, _ state: VerdictState, _ cause: VerdictCause, _ limit: LimitHit?,
        _ exit: ProcessExit? = nil
    ) -> Judgement {
        let verdict = Verdict(
            state: state, cause: cause, limit: limit, peakMemoryBytes: facts.usage.peakMemoryBytes,
            cpuSeconds: facts.usage.cpuSeconds, wallSeconds: facts.usage.wallSeconds, incarnation: facts.incarnation,
            exit: exit)
        return Judgement(status: status, verdict: verdict)
    }
}

extension ProcessExit {
    init(_ status: ProcessStatus) {
        switch status {
        case .exited(let code): self.init(code: Int(code))
        case .signaled(let number): self.init(signal: Int(number))
        }
    }
}
