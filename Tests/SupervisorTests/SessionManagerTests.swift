// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Supervisor
import Testing

@Suite struct SessionManagerTests {
    @Test func aSessionRunsCodeOneAfterAnother() async throws {
        try await withDaemon { daemon in
            let session = try await daemon.session()
            #expect(session.state == .ready)
            #expect(session.incarnation == 1)
            for number in 1...20 {
                let execution = try await daemon.run("value \(number)", in: session, queue: .refuse)
                #expect(execution.number == number)
                #expect(execution.status == .ok)
                #expect(execution.value == ["text/plain": "\(number)"])
                #expect(execution.verdict?.state == .preserved)
                #expect(try await daemon.manager.execution(execution.id, in: session.id) == execution)
            }
            #expect(try await daemon.manager.session(session.id).executions == 20)
        }
    }

    @Test func aNameGetsTheSameSession() async throws {
        try await withDaemon { daemon in
            let first = try await daemon.session(name: "thread")
            let again = try await daemon.manager.createSession(
                CreateSessionRequest(name: "thread", limits: RequestedLimits(pids: 64)), caller: Daemon.caller)
            #expect(!again.isNew && again.session.id == first.id)
            await #expect(throws: CloisterError.self) {
                try await daemon.manager.createSession(
                    CreateSessionRequest(name: "thread", limits: RequestedLimits(pids: 32)), caller: Daemon.caller)
            }
            let found = try await daemon.manager.sessions(SessionQuery(name: "thread"))
            #expect(found.sessions.map(\.id) == [first.id])
        }
    }

    @Test func whatTheHostRefusesLeavesNothing() async throws {
        try await withDaemon(change: { $0.maximumSessions = 1 }) { daemon in
            let refused = await #expect(throws: CloisterError.self) {
                try await daemon.manager.createSession(CreateSessionRequest(image: "missing"), caller: Daemon.caller)
            }
            #expect(refused?.code == .invalidRequest)
            let tooLarge = await #expect(throws: CloisterError.self) {
                try await daemon.manager.createSession(
                    CreateSessionRequest(limits: RequestedLimits(pids: 65)), caller: Daemon.caller)
            }
            #expect(tooLarge?.code == .invalidRequest)
            #expect(try await daemon.manager.sessions(SessionQuery()).sessions.isEmpty)
            _ = try await daemon.session()
            let full = await #expect(throws: CloisterError.self) { try await daemon.session() }
            #expect(full?.code == .tooManySessions)
        }
    }

    @Test func outputBelongsToItsExecution() async throws {
        try await withDaemon { daemon in
            let session = try await daemon.session()
            for text in ["first", "second é€𝄞", String(repeating: "long ", count: 40_000)] {
                let execution = try await daemon.run("print \(text)", in: session)
                #expect(execution.stdout.bytes == text.utf8.count)
                #expect(execution.stdout.truncated == max(0, text.utf8.count - (128 << 10)))
                #expect(execution.stderr.bytes == 0)
                let content = try await daemon.manager.output(.stdout, of: execution.id, in: session.id)
                var whole: [UInt8] = []
                for try await chunk in content.read(0..<content.size) { whole += chunk }
                #expect(String(decoding: whole, as: UTF8.self) == text)
                var part: [UInt8] = []
                for try await chunk in content.read(2..<5) { part += chunk }
                #expect(part == [UInt8](text.utf8.dropFirst(2).prefix(3)))
            }
        }
    }

    @Test func eventsAreTheSameLiveAndLater() async throws {
        try await withDaemon { daemon in
            let session = try await daemon.session()
            let execution = try await daemon.start("print hello", in: session)
            let live = try await events(of: execution, session, daemon)
            let later = try await events(of: execution, session, daemon)
            #expect(live.map(\.sequence) == [1, 2, 3])
            #expect(later == live)
            #expect(try await events(of: execution, session, daemon, after: 2).map(\.sequence) == [3])
        }
    }

    private func events(
        of execution: Execution, _ session: Session, _ daemon: Daemon, after: Int64 = 0
    ) async throws -> [ExecutionEvent] {
        var all: [ExecutionEvent] = []
        let stream = try await daemon.manager.events(of: execution.id, in: session.id, after: after)
        for try await batch in stream { all += batch }
        return all
    }

    @Test func theQueueKeepsItsOrderAndItsLimit() async throws {
        try await withDaemon(change: { $0.queueLimit = 3 }) { daemon in
            let session = try await daemon.session()
            let running = try await daemon.start("hold", in: session)
            let queued = [
                try await daemon.start("value 1", in: session), try await daemon.start("value 2", in: session),
                try await daemon.start("value 3", in: session),
            ]
            #expect(queued.map(\.state) == [.queued, .queued, .queued])
            let busy = await #expect(throws: CloisterError.self) {
                try await daemon.run("x", in: session, queue: .refuse)
            }
            #expect(busy?.code == .sessionBusy)
            let full = await #expect(throws: CloisterError.self) { try await daemon.run("x", in: session) }
            #expect(full?.code == .sessionBusy)
            let taken = try await daemon.manager.interrupt(queued[1].id, in: session.id, caller: Daemon.caller)
            #expect(taken.status == .interrupted)
            await eventually("the code runs") { (try? daemon.driver().codes) == ["hold"] }
            try daemon.driver().release()
            await eventually("all have finished") {
                let page = try? await daemon.manager.executions(of: session.id, page: PageQuery())
                return page?.executions.allSatisfy { $0.state == .finished } == true
            }
            #expect(try daemon.driver().codes == ["hold", "value 1", "value 3"])
            #expect(try await daemon.manager.execution(running.id, in: session.id).value == ["text/plain": "held"])
        }
    }

    @Test func aRepeatedKeyGetsTheSameExecution() async throws {
        try await withDaemon { daemon in
            let session = try await daemon.session()
            let key = IdempotentRequest(uid: 1, key: "k", method: "POST", path: "/", bodySHA256: [1])
            let request = ExecuteRequest(code: "value 1")
            let manager = daemon.manager
            async let left = manager.run(request, in: session.id, caller: Daemon.caller, idempotency: key)
            async let right = manager.run(request, in: session.id, caller: Daemon.caller, idempotency: key)
            let (first, second) = try await (left, right)
            #expect(first == second)
            #expect(try daemon.driver().codes == ["value 1"])
            let other = await #expect(throws: CloisterError.self) {
                try await manager.run(
                    ExecuteRequest(code: "value 2"), in: session.id, caller: Daemon.caller, idempotency: key)
            }
            #expect(other?.code == .idempotencyConflict)
        }
    }

    @Test func artifactsAreNamedInTheAnswer() async throws {
        try await withDaemon { daemon in
            let session = try await daemon.session()
            let execution = try await daemon.run("file plot.txt", in: session)
            let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            #expect(execution.artifacts.map(\.path) == ["plot.txt"])
            #expect(execution.artifacts.map(\.sha256) == [empty])
            #expect(try await daemon.run("value 1", in: session).artifacts.isEmpty)
            let page = try await daemon.manager.artifacts(of: session.id, page: PageQuery())
            #expect(page.artifacts.map(\.path) == ["plot.txt"])
            guard case .bytes(let content) = try await daemon.manager.openArtifact(empty) else {
                Issue.record("not bytes")
                return
            }
            #expect(content.size == 0)
        }
    }

    @Test func deletedSessionsAreGone() async throws {
        try await withDaemon { daemon in
            let session = try await daemon.session(name: "x")
            let running = try await daemon.start("hold", in: session)
            async let result = daemon.manager.events(of: running.id, in: session.id, after: 0)
            let stream = try await result
            try await daemon.manager.deleteSession(session.id, caller: Daemon.caller)
            var last: ExecutionEvent?
            for try await batch in stream { last = batch.last }
            guard case .result(let execution) = last?.content else {
                Issue.record("no result")
                return
            }
            #expect(execution.verdict?.cause == .killed)
            #expect(daemon.host.keys.isEmpty)
            await #expect(throws: CloisterError.self) { try await daemon.manager.session(session.id) }
            let again = try await daemon.session(name: "x")
            #expect(again.id != session.id)
        }
    }

    @Test func theStatusListsEverySession() async throws {
        try await withDaemon { daemon in
            let session = try await daemon.session()
            let status = try await daemon.manager.status()
            #expect(status.daemon.healthy)
            #expect(status.sessions.map(\.id) == [session.id])
            #expect(status.sessions.first?.usage?.pids == 3)
            #expect(status.daemon.residentBytes > 0 && status.daemon.openFiles > 3 && status.daemon.threads > 1)
        }
    }
}
