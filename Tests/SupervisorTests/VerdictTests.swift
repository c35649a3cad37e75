// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Driver
import SpawnerProtocol
import Supervisor
import Testing

/// How executions of a live daemon end.
@Suite struct VerdictTests {
    private func verdict(
        _ code: String, timeout: Double = 10, grace: Double = 5
    ) async throws -> (Execution, Session) {
        var outcome: (Execution, Session)?
        try await withDaemon(change: { $0.graceSeconds = grace }) { daemon in
            let session = try await daemon.session()
            let execution = try await daemon.run(code, in: session, timeout: timeout)
            let next = try await daemon.run("value after", in: session)
            #expect(next.status == .ok)
            outcome = (execution, try await daemon.manager.session(session.id))
        }
        return try #require(outcome)
    }

    @Test(arguments: [
        ("signal 11", VerdictCause.crashed, ProcessExit(signal: 11) as ProcessExit?),
        ("exit 3", .exited, ProcessExit(code: 3)),
        ("garbage", .protocolError, nil), ("closes", .protocolError, nil),
    ])
    func aDriverThatEndsLosesTheState(code: String, cause: VerdictCause, exit: ProcessExit?) async throws {
        let (execution, session) = try await verdict(code)
        #expect(execution.status == .lost)
        #expect(execution.verdict?.state == .lost)
        #expect(execution.verdict?.cause == cause)
        #expect(execution.verdict?.exit == exit)
        #expect(execution.verdict?.incarnation == 1)
        #expect(session.incarnation == 2)
    }

    @Test func aSecondAnswerEndsTheIncarnation() async throws {
        try await withDaemon { daemon in
            let session = try await daemon.session()
            _ = try await daemon.run("twice", in: session)
            await eventually("the next incarnation is there") {
                (try? await daemon.manager.session(session.id).incarnation) == 2
            }
            let next = try await daemon.run("value after", in: session)
            #expect(next.value == ["text/plain": "after"])
        }
    }

    @Test func theDeadlineInterrupts() async throws {
        let (execution, session) = try await verdict("wait", timeout: 0.05)
        #expect(execution.status == .timeout)
        #expect(execution.verdict?.state == .preserved)
        #expect(execution.verdict?.cause == .timeout)
        #expect(execution.verdict?.limit == LimitHit(name: "timeout_seconds", value: 0.05))
        #expect(session.incarnation == 1)
    }

    @Test func whoIgnoresTheInterruptIsKilled() async throws {
        let (execution, session) = try await verdict("deaf", timeout: 0.05, grace: 0.1)
        #expect(execution.status == .timeout)
        #expect(execution.verdict?.state == .lost)
        #expect(execution.verdict?.cause == .timeout)
        #expect((execution.verdict?.wallSeconds ?? 0) >= 0.15)
        #expect(session.incarnation == 2)
    }

    @Test func callersCanInterrupt() async throws {
        try await withDaemon { daemon in
            let session = try await daemon.session()
            let running = try await daemon.start("wait", in: session)
            _ = try await daemon.manager.interrupt(running.id, in: session.id, caller: Daemon.caller)
            await eventually("it has ended") {
                (try? await daemon.manager.execution(running.id, in: session.id).status) == .interrupted
            }
            let done = try await daemon.manager.execution(running.id, in: session.id)
            #expect(done.verdict?.cause == .interrupted && done.verdict?.state == .preserved)
        }
    }

    // MARK: The judge alone

    private func judge(_ change: (inout VerdictJudge.Facts) -> Void = { _ in }) -> VerdictJudge {
        let limits = CloisterAPI.SessionLimits(memoryBytes: 1, cpus: 1, pids: 2, workspaceBytes: 3, tmpBytes: 4)
        var facts = VerdictJudge.Facts(usage: ObservedUsage(), limits: limits, timeoutSeconds: 5, incarnation: 6)
        change(&facts)
        return VerdictJudge(facts)
    }

    private func failed(_ type: String, _ message: String = "") -> ExecutionClaim {
        ExecutionClaim(status: .error, failure: .init(type: type, message: message, traceback: ""))
    }

    private func hint(_ judgement: VerdictJudge.Judgement) -> String {
        "\(judgement.verdict.state.rawValue) \(judgement.verdict.cause.rawValue) \(judgement.verdict.limit?.name ?? "-")"
    }

    @Test func errorsNameTheLimitInTheirWay() {
        #expect(hint(judge().preserved(failed("ValueError"))) == "preserved error -")
        #expect(hint(judge().preserved(failed("MemoryError"))) == "preserved error memory_bytes")
        #expect(hint(judge().preserved(failed("numpy._ArrayMemoryError"))) == "preserved error memory_bytes")
        let quota = failed("OSError", "[Errno 122] Disk quota exceeded: 'x'")
        #expect(hint(judge().preserved(quota)) == "preserved disk_full workspace_bytes")
        let space = failed("OSError", "[Errno 28] No space left on device")
        #expect(hint(judge().preserved(space)) == "preserved disk_full tmp_bytes")
        #expect(
            hint(judge { $0.isWorkspaceFileSystemFull = true }.preserved(space))
                == "preserved disk_full workspace_bytes")
        #expect(
            hint(judge { $0.usage.pidsRefused = 1 }.preserved(failed("BlockingIOError"))) == "preserved error pids")
        #expect(hint(judge { $0.isOutputCut = true }.preserved(.init(status: .ok))) == "preserved ok output_bytes")
    }

    @Test func interruptsAreTheDeadlinesOrTheCallers() {
        let claim = ExecutionClaim(status: .interrupted)
        #expect(hint(judge().preserved(claim)) == "preserved interrupted -")
        #expect(hint(judge { $0.wasOverdue = true }.preserved(claim)) == "preserved timeout timeout_seconds")
        #expect(hint(judge { $0.wasOverdue = true }.preserved(.init(status: .ok))) == "preserved ok -")
        #expect(hint(judge().preserved(.init(status: .exit, exitCode: 3))) == "preserved exited -")
    }

    @Test func lossesHaveTheirCause() {
        let killed = judge { $0.usage.outOfMemoryKills = 1 }
        #expect(hint(killed.lost(.init(trigger: .driverEnded, exit: .signaled(number: 9)))) == "lost oom memory_bytes")
        #expect(hint(killed.lost(.init(trigger: .channelClosed))) == "lost oom memory_bytes")
        #expect(hint(killed.lost(.init(trigger: .deadline))) == "lost timeout timeout_seconds")
        #expect(hint(judge().lost(.init(trigger: .outOfMemory))) == "lost oom memory_bytes")
        #expect(hint(judge().lost(.init(trigger: .channelClosed))) == "lost protocol_error -")
        let interrupted = SessionStateMachine.Loss(trigger: .driverEnded, exit: .signaled(number: 2))
        #expect(hint(judge().lost(interrupted)) == "lost crashed -")
        #expect(hint(judge { $0.wasOverdue = true }.lost(interrupted)) == "lost timeout timeout_seconds")
        #expect(hint(judge { $0.isSpawnerGone = true }.lost(.init(trigger: .channelClosed))) == "lost host_restart -")
        #expect(hint(judge().lost(.init(trigger: .spawnerLost))) == "lost host_restart -")
        #expect(hint(judge().killed()) == "lost killed -")
    }
}
