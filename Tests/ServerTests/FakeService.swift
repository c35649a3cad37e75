// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Synchronization

/// A service of dictionaries. Some codes mean something: `busy`, `defect`, `endless`, `sleep`.
final class FakeService: SessionService {
    struct State {
        var sessions: [SessionID: Session] = [:]
        var executions: [ExecutionID: Execution] = [:]
        var commands: [CommandID: Command] = [:]
        var signals: [CommandSignalRequest] = []
        var input: [UInt8] = []
        var files: [WorkspacePath: [UInt8]] = [:]
        var answers: [IdempotentRequest: IdempotentAnswer] = [:]
        var claims: [String: IdempotentRequest] = [:]
        var executionsByKey: [String: ExecutionID] = [:]
        var events: [ExecutionEvent] = []
        var artifact: ArtifactContent?
        var callers: [Caller] = []
        var listed: [WorkspacePath] = []
        var endedStreams = 0
        var isReady = true
    }

    private let box = Mutex(State())

    var state: State {
        self.box.withLock { $0 }
    }

    func change<Value: Sendable>(_ body: (inout State) -> sending Value) -> Value {
        self.box.withLock { body(&$0) }
    }

    // MARK: Sessions

    func createSession(_ request: CreateSessionRequest, caller: Caller) async throws -> CreatedSession {
        try self.box.withLock { state in
            state.callers.append(caller)
            if let name = request.name, let session = state.sessions.values.first(where: { $0.name == name }) {
                guard request.image == nil || request.image == session.image else {
                    throw CloisterError(.nameInUse, "The name is taken.", remedy: "Take another.")
                }
                return CreatedSession(session: session, isNew: false)
            }
            let id = Sample.sessionID(UInt128(state.sessions.count + 1))
            let session = Sample.session(id, name: request.name, caller: caller)
            state.sessions[id] = session
            return CreatedSession(session: session, isNew: true)
        }
    }

    func session(_ id: SessionID) async throws -> Session {
        guard let session = self.state.sessions[id] else { throw CloisterError.sessionNotFound(id) }
        return session
    }

    func sessions(_ query: SessionQuery) async throws -> SessionPage {
        let all = self.state.sessions.values.filter { query.name == nil || $0.name == query.name }
        let sorted = all.sorted { $0.id.value < $1.id.value }
        let start = query.page.cursor.flatMap { Int($0) } ?? 0
        let end = min(sorted.count, start + query.page.limit)
        guard start <= end else { return SessionPage(sessions: []) }
        return SessionPage(sessions: Array(sorted[start..<end]), nextCursor: end < sorted.count ? "\(end)" : nil)
    }

    func deleteSession(_ id: SessionID, caller: Caller) async throws {
        guard self.change({ $0.sessions.removeValue(forKey: id) }) != nil else {
            throw CloisterError.sessionNotFound(id)
        }
    }

    // MARK: Commands

    func startCommand(_ request: CommandRequest, in session: SessionID, caller: Caller) async throws -> Command {
        _ = try await self.session(session)
        return self.change { state in
            let id = Sample.commandID(UInt128(state.commands.count + 1))
            state.commands[id] = Sample.command(id, in: session, request)
            return Sample.command(id, in: session, request)
        }
    }

    func finishedCommand(_ id: CommandID, in session: SessionID) async throws -> Command {
        try await self.command(id, in: session)
    }

    func command(_ id: CommandID, in session: SessionID) async throws -> Command {
        guard let command = self.state.commands[id] else { throw CloisterError.commandNotFound(id) }
        return command
    }

    func commands(of session: SessionID, page: PageQuery) async throws -> CommandPage {
        CommandPage(commands: self.state.commands.values.sorted { $0.id.value < $1.id.value })
    }

    func events(
        ofCommand id: CommandID, in session: SessionID, after: Int64
    ) async throws -> PullStream<[CommandEvent]> {
        let events = [
            CommandEvent(sequence: 1, content: .started(id, session)),
            CommandEvent(sequence: 2, content: .result(try await self.command(id, in: session))),
        ]
        let rest = Mutex(events.filter { $0.sequence > after })
        return PullStream { rest.withLock { $0.isEmpty ? nil : [$0.removeFirst()] } }
    }

    func output(_ stream: OutputStream, ofCommand id: CommandID, in session: SessionID) async throws -> Content {
        Content(size: 0, mime: "application/octet-stream", fileName: Array("\(id)".utf8)) { _ in PullStream { nil } }
    }

    func signal(
        _ id: CommandID, in session: SessionID, _ request: CommandSignalRequest, caller: Caller
    ) async throws -> Command {
        self.change { $0.signals.append(request) }
        return try await self.command(id, in: session)
    }

    func write(_ input: CommandInput, to id: CommandID, in session: SessionID, caller: Caller) async throws -> Command {
        self.change { $0.input += input.bytes }
        return try await self.command(id, in: session)
    }

    // MARK: Executions

    func run(
        _ request: ExecuteRequest,
        in session: SessionID,
        caller: Caller,
        idempotency: IdempotentRequest?
    ) async throws -> Execution {
        struct Defect: Error {}
        switch request.code {
        case "busy": throw CloisterError(.sessionBusy, "Busy.", remedy: "Wait.")
        case "defect": throw Defect()
        case "sleep": try await Task.sleep(for: .seconds(60))
        default: break
        }
        return try await self.begin(request, in: session, isFinished: true, key: idempotency?.key)
    }

    func start(
        _ request: ExecuteRequest,
        in session: SessionID,
        caller: Caller,
        idempotency: IdempotentRequest?
    ) async throws -> Execution {
        try await self.begin(request, in: session, isFinished: false, key: idempotency?.key)
    }

    private func begin(
        _ request: ExecuteRequest,
        in session: SessionID,
        isFinished: Bool,
        key: String?
    ) async throws -> Execution {
        _ = try await self.session(session)
        return self.change { state in
            if let key, let id = state.executionsByKey[key], let first = state.executions[id] { return first }
            let id = Sample.executionID(UInt128(state.executions.count + 1))
            let execution = Sample.execution(id, in: session, code: request.code, isFinished: isFinished)
            state.executions[id] = execution
            if let key { state.executionsByKey[key] = id }
            return execution
        }
    }

    func execution(_ id: ExecutionID, in session: SessionID) async throws -> Execution {
        guard let execution = self.state.executions[id] else { throw CloisterError.executionNotFound(id) }
        return execution
    }

    func executions(of session: SessionID, page: PageQuery) async throws -> ExecutionPage {
        ExecutionPage(executions: self.state.executions.values.sorted { $0.id.value < $1.id.value })
    }

    /// The prepared events one by one; then, for the code `endless`, nothing more until the consumer goes away.
    func events(
        of execution: ExecutionID,
        in session: SessionID,
        after: Int64
    ) async throws -> PullStream<[ExecutionEvent]> {
        let isEndless = try await self.execution(execution, in: session).value == nil && self.state.events.isEmpty
        let rest = Mutex(self.state.events.filter { $0.sequence > after })
        return PullStream { [self] in
            if let event = rest.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return [event] }
            guard isEndless else { return nil }
            defer { self.change { $0.endedStreams += 1 } }
            try await Task.sleep(for: .seconds(60))
            return nil
        }
    }

    func interrupt(_ id: ExecutionID, in session: SessionID, caller: Caller) async throws -> Execution {
        try await self.execution(id, in: session)
    }

    func output(_ stream: OutputStream, of execution: ExecutionID, in session: SessionID) async throws -> Content {
        Self.content(Array(stream.rawValue.utf8), name: stream.rawValue)
    }

    // MARK: Checkpoints

    func checkpoint(_ request: CheckpointRequest, in session: SessionID) async throws -> NamedCheckpoint {
        NamedCheckpoint(name: request.name, createdAt: Timestamp(milliseconds: 0), executionID: nil)
    }

    func checkpoints(of session: SessionID) async throws -> CheckpointList { CheckpointList(checkpoints: []) }
    func deleteCheckpoint(_ name: String, in session: SessionID) async throws {}

    func rollBack(to request: CheckpointRequest, in session: SessionID) async throws -> Session {
        try await self.session(session)
    }

    func notebook(of session: SessionID) async throws -> Notebook {
        _ = try await self.session(session)
        let parts = Mutex([Array("{}".utf8)])
        return Notebook(
            fileName: Array("name.ipynb".utf8), content: PullStream { parts.withLock { $0.popLast() } })
    }

    // MARK: Inspection

    func variables(of session: SessionID, page: PageQuery, waitSeconds: Int64) async throws -> VariablePage {
        _ = try await self.session(session)
        let variable = Variable(name: "x", kind: .variable, type: "int", preview: "\(waitSeconds)")
        return VariablePage(variables: [variable], total: 1, truncated: false)
    }

    func variable(_ name: String, in session: SessionID, waitSeconds: Int64) async throws -> VariableDetail {
        VariableDetail(Variable(name: name, kind: .variable, type: "int", preview: "1"))
    }

    func complete(_ request: CodePosition, in session: SessionID, waitSeconds: Int64) async throws -> Completions {
        Completions(matches: [], start: 0, end: Int(request.cursor ?? 0), truncated: false)
    }

    func inspect(_ request: CodePosition, in session: SessionID, waitSeconds: Int64) async throws -> Explanation {
        Explanation(found: request.detail == 1, data: [:])
    }

    // MARK: Files

    func files(in session: SessionID, at path: WorkspacePath, page: PageQuery) async throws -> FilePage {
        self.change { $0.listed.append(path) }
        return FilePage(entries: self.state.files.map { Self.entry($0.key, size: $0.value.count) })
    }

    func readFile(_ path: WorkspacePath, in session: SessionID) async throws -> Content {
        guard let bytes = self.state.files[path] else {
            throw CloisterError(.fileNotFound, "There is no such file.", remedy: "List the files.")
        }
        return Self.content(bytes, name: String(decoding: path.components.last ?? [], as: UTF8.self), mime: "text/html")
    }

    func writeFile<Body: AsyncSequence & Sendable>(
        _ path: WorkspacePath,
        in session: SessionID,
        size: Int64?,
        body: Body
    ) async throws -> WrittenFile where Body.Element == [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in body { bytes += chunk }
        let whole = bytes
        let isNew = self.change { $0.files.updateValue(whole, forKey: path) == nil }
        return WrittenFile(entry: Self.entry(path, size: bytes.count), isNew: isNew)
    }

    func deleteFile(_ path: WorkspacePath, in session: SessionID) async throws {
        guard self.change({ $0.files.removeValue(forKey: path) }) != nil else {
            throw CloisterError(.fileNotFound, "There is no such file.", remedy: "List the files.")
        }
    }

    // MARK: The rest

    func artifacts(of session: SessionID, page: PageQuery) async throws -> ArtifactPage {
        ArtifactPage(artifacts: [])
    }

    func artifacts(of execution: ExecutionID, in session: SessionID, page: PageQuery) async throws -> ArtifactPage {
        ArtifactPage(artifacts: [])
    }

    func openArtifact(_ sha256: String) async throws -> ArtifactContent {
        guard let artifact = self.state.artifact else {
            throw CloisterError(.artifactNotFound, "There is no such artifact.", remedy: "List them.")
        }
        return artifact
    }

    func status() async throws -> SystemStatus {
        Sample.status
    }

    func metrics() async -> String { "cloister_sessions 1\n" }

    func readiness() async -> Readiness {
        self.state.isReady
            ? Readiness(status: .ready, problems: []) : Readiness(status: .unready, problems: ["No spawner."])
    }

    func beginIdempotent(_ request: IdempotentRequest) async throws -> IdempotencyLookup {
        try self.box.withLock { state in
            if let answer = state.answers[request] { return .recorded(answer) }
            guard state.claims[request.key] == nil else {
                throw CloisterError(.idempotencyConflict, "The key is taken.", remedy: "Take another.")
            }
            state.claims[request.key] = request
            return .fresh
        }
    }

    func finishIdempotent(_ request: IdempotentRequest, answer: IdempotentAnswer) async {
        self.change { $0.answers[request] = answer }
    }

    func abandonIdempotent(_ request: IdempotentRequest) async {
        self.change { $0.claims[request.key] = nil }
    }

    static func content(_ bytes: [UInt8], name: String, mime: String? = nil) -> Content {
        Content(size: Int64(bytes.count), mime: mime, fileName: Array(name.utf8)) { range in
            let part = Mutex([Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)])])
            return PullStream { part.withLock { $0.popLast() } }
        }
    }

    private static func entry(_ path: WorkspacePath, size: Int) -> FileEntry {
        FileEntry(
            name: WorkspacePath.wireText(path.components.last ?? []), path: WorkspacePath.wireText(path.bytes),
            type: .file, size: Int64(size), modifiedAt: Sample.time
        )
    }
}
