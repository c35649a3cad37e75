// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Driver
import StateStore

/// An execution from its acceptance until its result is in the journal.
struct OpenExecution {
    let id: ExecutionID
    let session: SessionID
    let codeSHA256: String
    let timeoutSeconds: Double
    let createdAt: Int64
    let feed: ExecutionFeed
    /// Kept until it is sent.
    var code: String
    var stdin: String?
    var onTimeout = TimeoutPolicy.interrupt
    var number: Int64 = 0
    var nonce = Nonce.random()
    var start: ExecutionStart?
    var incarnation = 0
    /// Where the counters stood when it began.
    var baseline = CgroupCounters()
    var claim: ExecutionClaim?
    /// What there was to go back to when it began.
    var checkpoint: CheckpointReport?
    /// What the interpreter had lost since the one before.
    var interlude: Interlude?
    /// It went to the driver together with its row.
    var isSent = false
    /// The deadline's interrupt was sent.
    var wasOverdue = false
    /// CLOCK_BOOTTIME of the first interrupt.
    var interruptedAt: UInt64?
    /// Begun under an earlier daemon.
    var isResumed = false

    init(
        id: ExecutionID, session: SessionID, code: String, codeSHA256: String, timeoutSeconds: Double, createdAt: Int64
    ) {
        self.id = id
        self.session = session
        self.code = code
        self.codeSHA256 = codeSHA256
        self.timeoutSeconds = timeoutSeconds
        self.createdAt = createdAt
        feed = ExecutionFeed(id, in: session)
    }

    /// Taken up from the journal.
    init(_ record: ExecutionRecord) throws {
        guard let id = ExecutionID(record.id), let session = SessionID(record.sessionID),
            let nonce = Nonce(record.nonce)
        else { throw DamagedRow(what: "execution \(record.id)") }
        self.init(
            id: id, session: session, code: record.code ?? "", codeSHA256: record.codeSHA256,
            timeoutSeconds: Double(record.timeoutMilliseconds) / 1_000, createdAt: record.createdAt)
        self.nonce = nonce
        stdin = record.stdin
        onTimeout = TimeoutPolicy(rawValue: record.onTimeout) ?? .interrupt
        number = record.number
        start = record.start
        incarnation = Int(clamping: record.incarnation)
        isResumed = true
        if start != nil { feed.start() }
    }

    /// Begins now, and ends at the deadline.
    mutating func begin(incarnation: Int) {
        let now = BootClock.now()
        start = ExecutionStart(
            startedAt: WallClock.now(), bootID: BootID.current, startedBoottime: Int64(clamping: now),
            deadlineBoottime: Int64(clamping: BootClock.after(seconds: timeoutSeconds, from: now)))
        self.incarnation = incarnation
    }

    func record(idempotency: String?) -> ExecutionRecord {
        ExecutionRecord(
            id: id.description, sessionID: session.description, incarnation: Int64(incarnation), nonce: nonce.bytes,
            codeSHA256: codeSHA256, code: code, stdin: stdin,
            timeoutMilliseconds: Int64((timeoutSeconds * 1_000).rounded(.up)), onTimeout: onTimeout.rawValue,
            createdAt: createdAt, start: start, idempotency: idempotency)
    }

    /// As callers see it while it is open.
    var description: Execution {
        Execution(
            id: id, sessionID: session, number: Int(clamping: number), state: start == nil ? .queued : .running,
            incarnation: incarnation, codeSHA256: codeSHA256, timeoutSeconds: timeoutSeconds, onTimeout: onTimeout,
            createdAt: Timestamp(milliseconds: createdAt),
            startedAt: start.map { Timestamp(milliseconds: $0.startedAt) },
            stdout: .empty, stderr: .empty, checkpoint: checkpoint, interlude: interlude, artifacts: [])
    }

    func finished(
        _ judgement: VerdictJudge.Judgement, stdout: OutputCapture, stderr: OutputCapture,
        displays: [Display] = [], stacks: String? = nil, artifacts: [CloisterAPI.Artifact]
    ) -> Execution {
        var execution = description
        execution.state = .finished
        execution.finishedAt = Timestamp(milliseconds: WallClock.now())
        execution.status = judgement.status
        execution.verdict = judgement.verdict
        execution.stdout = stdout
        execution.stderr = stderr
        execution.displays = displays
        execution.interruption = interruption(judgement, stacks: stacks)
        execution.artifacts = artifacts
        guard judgement.verdict.state == .preserved, let claim else { return execution }
        execution.value = claim.valueByType
        execution.valueMetadata = claim.valueMetadata
        execution.error = claim.executionError
        execution.exitCode = claim.exitCode.map { Int($0) }
        return execution
    }

    /// Which rung of the ladder ended it; nil for one that ended by itself.
    private func interruption(_ judgement: VerdictJudge.Judgement, stacks: String?) -> Interruption? {
        guard let interruptedAt, judgement.status == .timeout || judgement.status == .interrupted else { return nil }
        let isKilled = judgement.verdict.state != .preserved
        return Interruption(
            rung: isKilled ? .kill : claim?.interruptedBy.map(Interruption.Rung.init) ?? .keyboardInterrupt,
            seconds: Double(BootClock.now() &- interruptedAt) / 1e9, stacks: isKilled ? stacks : nil)
    }
}

extension Interruption.Rung {
    fileprivate init(_ rung: ExecutionClaim.Interrupter) {
        self =
            switch rung {
            case .keyboardInterrupt: .keyboardInterrupt
            case .cancellation: .taskCancel
            case .force: .force
            }
    }
}
