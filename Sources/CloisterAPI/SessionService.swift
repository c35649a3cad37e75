// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What the HTTP server asks of the rest of the daemon. Every failure that a caller should understand is a
/// `CloisterError`; anything else is answered as `internal` and logged.
package protocol SessionService: Sendable {
    // MARK: Sessions

    /// Gets the session that already has the requested name, or creates one. Throws `name_in_use_with_other_settings`.
    func createSession(_ request: CreateSessionRequest, caller: Caller) async throws -> CreatedSession
    func session(_ id: SessionID) async throws -> Session
    func sessions(_ query: SessionQuery) async throws -> SessionPage
    func deleteSession(_ id: SessionID, caller: Caller) async throws

    // MARK: Executions

    /// The hot path: runs and answers when finished. Cancelling the waiting task ends the wait, never the execution.
    /// With `idempotency`, a repetition waits for and answers the first execution.
    func run(
        _ request: ExecuteRequest,
        in session: SessionID,
        caller: Caller,
        idempotency: IdempotentRequest?
    ) async throws -> Execution
    /// Journals, queues or starts, and answers at once with the execution as it is. Same use of `idempotency`.
    func start(
        _ request: ExecuteRequest,
        in session: SessionID,
        caller: Caller,
        idempotency: IdempotentRequest?
    ) async throws -> Execution
    func execution(_ id: ExecutionID, in session: SessionID) async throws -> Execution
    func executions(of session: SessionID, page: PageQuery) async throws -> ExecutionPage
    /// Events with a sequence number above `after`, past ones first, until the result. Each element holds what is there
    /// at the moment, at least one event and about 256 KiB at most.
    func events(
        of execution: ExecutionID,
        in session: SessionID,
        after: Int64
    ) async throws -> PullStream<[ExecutionEvent]>
    func interrupt(_ id: ExecutionID, in session: SessionID, caller: Caller) async throws -> Execution
    /// The whole output of one stream, up to the cap, as far as it has been written.
    func output(_ stream: OutputStream, of execution: ExecutionID, in session: SessionID) async throws -> Content

    /// Copies the interpreter of a session in which nothing runs.
    func checkpoint(_ request: CheckpointRequest, in session: SessionID) async throws -> NamedCheckpoint
    func checkpoints(of session: SessionID) async throws -> CheckpointList
    func deleteCheckpoint(_ name: String, in session: SessionID) async throws
    /// Returns when the session's variables are those of the checkpoint, which stays.
    func rollBack(to request: CheckpointRequest, in session: SessionID) async throws -> Session

    // MARK: Commands

    /// Journals and starts the command, and answers once its program runs or could not be executed.
    func startCommand(_ request: CommandRequest, in session: SessionID, caller: Caller) async throws -> Command
    /// The finished command. Cancelling the waiting task ends the wait, never the command.
    func finishedCommand(_ id: CommandID, in session: SessionID) async throws -> Command
    func command(_ id: CommandID, in session: SessionID) async throws -> Command
    func commands(of session: SessionID, page: PageQuery) async throws -> CommandPage
    /// As for executions.
    func events(
        ofCommand id: CommandID, in session: SessionID, after: Int64
    ) async throws -> PullStream<[CommandEvent]>
    func output(_ stream: OutputStream, ofCommand id: CommandID, in session: SessionID) async throws -> Content
    func signal(
        _ id: CommandID, in session: SessionID, _ request: CommandSignalRequest, caller: Caller
    ) async throws -> Command
    /// Returns when the command has taken enough of what was sent before.
    func write(_ input: CommandInput, to id: CommandID, in session: SessionID, caller: Caller) async throws -> Command

    /// Every execution with its code and what it showed.
    func notebook(of session: SessionID) async throws -> Notebook

    // MARK: Inspection

    /// These are answered between executions. One that is in the way is waited for so long; then `session_busy`.
    /// Throws `interpreter_ended` when the interpreter did not survive the question.
    func variables(of session: SessionID, page: PageQuery, waitSeconds: Int64) async throws -> VariablePage
    func variable(_ name: String, in session: SessionID, waitSeconds: Int64) async throws -> VariableDetail
    func complete(_ request: CodePosition, in session: SessionID, waitSeconds: Int64) async throws -> Completions
    func inspect(_ request: CodePosition, in session: SessionID, waitSeconds: Int64) async throws -> Explanation

    // MARK: Files

    func files(in session: SessionID, at path: WorkspacePath, page: PageQuery) async throws -> FilePage
    func readFile(_ path: WorkspacePath, in session: SessionID) async throws -> Content
    /// Creates parents, replaces atomically. `size` is the announced length, when the caller announced one.
    /// A body that throws leaves nothing behind.
    func writeFile<Body: AsyncSequence & Sendable>(
        _ path: WorkspacePath,
        in session: SessionID,
        size: Int64?,
        body: Body
    ) async throws -> WrittenFile where Body.Element == [UInt8]
    func deleteFile(_ path: WorkspacePath, in session: SessionID) async throws

    // MARK: Artifacts

    func artifacts(of session: SessionID, page: PageQuery) async throws -> ArtifactPage
    func artifacts(of execution: ExecutionID, in session: SessionID, page: PageQuery) async throws -> ArtifactPage
    /// `sha256`: 64 lower-case hex digits.
    func openArtifact(_ sha256: String) async throws -> ArtifactContent

    // MARK: The system

    func status() async throws -> SystemStatus
    func readiness() async -> Readiness
    /// Counters in the text format of Prometheus.
    func metrics() async -> String

    // MARK: Idempotency of everything but executions

    /// Claims the key or finds its answer. Throws `idempotency_conflict` when the key belongs to another request, or to
    /// one that is still running. Keys live for 24 hours; claims of a dead daemon are void.
    func beginIdempotent(_ request: IdempotentRequest) async throws -> IdempotencyLookup
    func finishIdempotent(_ request: IdempotentRequest, answer: IdempotentAnswer) async
    /// Frees the key: the request failed and may be repeated.
    func abandonIdempotent(_ request: IdempotentRequest) async
}

package struct CreatedSession: Sendable {
    package var session: Session
    /// False when the name was there already.
    package var isNew: Bool

    package init(session: Session, isNew: Bool) {
        self.session = session
        self.isNew = isNew
    }
}

package struct WrittenFile: Sendable {
    package var entry: FileEntry
    /// False when a file was replaced.
    package var isNew: Bool

    package init(entry: FileEntry, isNew: Bool) {
        self.entry = entry
        self.isNew = isNew
    }
}
