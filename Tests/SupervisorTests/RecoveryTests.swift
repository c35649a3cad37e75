// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import SpawnerProtocol
import StateStore
import Supervisor
import Testing

/// A daemon ends and another one takes over what it left.
@Suite struct RecoveryTests {
    private func takeOver(
        before: (Daemon) async throws -> Void, between: (FakeHost) throws -> Void = { _ in },
        after: (Daemon) async throws -> Void
    ) async throws {
        let (host, directory) = (try FakeHost(), try TemporaryDirectory())
        let first = try await Daemon(host, directory)
        try await before(first)
        await first.stop()
        try between(host)
        let second = try await Daemon(host, directory)
        try await after(second)
        await second.stop()
    }

    private func finished(_ id: ExecutionID, _ session: SessionID, _ daemon: Daemon) async throws -> Execution {
        await eventually("the execution finishes") {
            (try? await daemon.manager.execution(id, in: session).state) == .finished
        }
        return try await daemon.manager.execution(id, in: session)
    }

    @Test func howASessionWasMadeIsRemembered() async throws {
        var made: Session?
        try await takeOver { daemon in
            let session = try await daemon.session()
            await eventually("it is written down") {
                (try? daemon.store.session(session.id.description)?.creation) != nil
            }
            made = session
        } after: { daemon in
            let made = try #require(made)
            #expect(made.creation != nil)
            #expect(try await daemon.manager.session(made.id).creation == made.creation)
        }
    }

    @Test func aSessionThatNeverCameToBeIsForgotten() async throws {
        var (unfinished, used): (Session?, Session?)
        try await takeOver { daemon in
            for name in ["unfinished", "used"] {
                let session = try await daemon.session(name: name)
                if name == "used" { _ = try await daemon.run("value 1", in: session) }
                let id = session.id.description
                await eventually("its state is written down") { (try? daemon.store.session(id)?.state) == "ready" }
                try daemon.store.updateSession(id, state: "starting", incarnation: 1)
                if name == "used" { used = session } else { unfinished = session }
            }
        } between: { host in
            for key in host.keys { try host.destroy(key) }
        } after: { daemon in
            let gone = try #require(unfinished).id
            let error = await #expect(throws: CloisterError.self) { try await daemon.manager.session(gone) }
            #expect(error?.code == .sessionNotFound)
            #expect(try await daemon.manager.session(try #require(used).id).state == .failed)
            #expect(try await daemon.session(name: "unfinished").id != gone)
        }
    }

    @Test func aRunningExecutionIsTakenUp() async throws {
        var (session, execution): (Session?, Execution?)
        try await takeOver { daemon in
            session = try await daemon.session(name: "kept")
            execution = try await daemon.start("hold", in: try #require(session))
            await eventually("it runs") { (try? daemon.driver().codes) == ["hold"] }
        } after: { daemon in
            let (session, execution) = (try #require(session), try #require(execution))
            #expect(try await daemon.manager.execution(execution.id, in: session.id).state == .running)
            #expect(try await daemon.session(name: "kept").id == session.id)
            try daemon.driver().release()
            let done = try await finished(execution.id, session.id, daemon)
            #expect(done.value == ["text/plain": "held"])
            #expect(done.verdict?.state == .preserved)
            #expect(try await daemon.run("value 2", in: session).number == 2)
            #expect(try daemon.driver().codes == ["hold", "value 2"])
        }
    }

    @Test func anAnswerThatNobodyReadIsAskedForAgain() async throws {
        var (session, execution): (Session?, Execution?)
        try await takeOver { daemon in
            session = try await daemon.session()
            execution = try await daemon.start("hold", in: try #require(session))
            await eventually("it runs") { (try? daemon.driver().codes) == ["hold"] }
        } between: { host in
            try #require(host.keys.first.flatMap { host.driver($0) }).release()
        } after: { daemon in
            let (session, execution) = (try #require(session), try #require(execution))
            #expect(try await finished(execution.id, session.id, daemon).value == ["text/plain": "held"])
        }
    }

    @Test func queuedExecutionsAreSentInOrder() async throws {
        var (session, queued): (Session?, [Execution]) = (nil, [])
        try await takeOver { daemon in
            session = try await daemon.session()
            _ = try await daemon.start("hold", in: try #require(session))
            for number in 1...3 { queued.append(try await daemon.start("value \(number)", in: try #require(session))) }
            await eventually("it runs") { (try? daemon.driver().codes) == ["hold"] }
        } after: { daemon in
            let session = try #require(session)
            try daemon.driver().release()
            for (index, execution) in queued.enumerated() {
                let done = try await finished(execution.id, session.id, daemon)
                #expect(done.value == ["text/plain": "\(index + 1)"])
            }
            #expect(try daemon.driver().codes == ["hold", "value 1", "value 2", "value 3"])
        }
    }

    @Test func theDeadlineGoesOn() async throws {
        var (session, execution): (Session?, Execution?)
        try await takeOver { daemon in
            session = try await daemon.session()
            execution = try await daemon.start("wait", in: try #require(session), timeout: 0.3)
            await eventually("it runs") { (try? daemon.driver().codes) == ["wait"] }
        } after: { daemon in
            let (session, execution) = (try #require(session), try #require(execution))
            let done = try await finished(execution.id, session.id, daemon)
            #expect(done.status == .timeout)
            #expect(done.verdict?.state == .preserved)
        }
    }

    @Test func aDriverThatDiedMeanwhileIsReported() async throws {
        var (session, execution): (Session?, Execution?)
        try await takeOver { daemon in
            session = try await daemon.session()
            execution = try await daemon.start("hold", in: try #require(session))
            await eventually("it runs") { (try? daemon.driver().codes) == ["hold"] }
        } between: { host in
            try #require(host.keys.first.flatMap { host.driver($0) }).kill()
        } after: { daemon in
            let (session, execution) = (try #require(session), try #require(execution))
            let done = try await finished(execution.id, session.id, daemon)
            #expect(done.verdict?.state == .lost)
            #expect(try await daemon.run("value 1", in: session).status == .ok)
            #expect(try await daemon.manager.session(session.id).incarnation == 2)
        }
    }

    @Test func sessionsOfADeadSpawnerHaveFailed() async throws {
        var (session, execution): (Session?, Execution?)
        try await takeOver { daemon in
            session = try await daemon.session(name: "thread")
            execution = try await daemon.start("hold", in: try #require(session))
        } between: { host in
            host.forgetEverything()
        } after: { daemon in
            let (session, execution) = (try #require(session), try #require(execution))
            let done = try await daemon.manager.execution(execution.id, in: session.id)
            #expect(done.verdict?.cause == .hostRestart && done.verdict?.state == .lost)
            #expect(try await daemon.manager.session(session.id).state == .failed)
            let refused = await #expect(throws: CloisterError.self) { try await daemon.run("x", in: session) }
            #expect(refused?.code == .sessionFailed)
            let fresh = try await daemon.session(name: "thread")
            #expect(fresh.id != session.id && fresh.state == .ready)
        }
    }

    @Test func sessionsWithoutARowAreDestroyed() async throws {
        let (host, directory) = (try FakeHost(), try TemporaryDirectory())
        _ = try host.create(.init(high: 1, low: 2), image: "image")
        let daemon = try await Daemon(host, directory)
        await eventually("the stranger is gone") { host.keys.isEmpty }
        await daemon.stop()
    }

    @Test func aSpawnerThatComesBackEmptyEndsItsSessions() async throws {
        try await withDaemon { daemon in
            let session = try await daemon.session()
            let running = try await daemon.start("hold", in: session)
            daemon.host.forgetEverything()
            daemon.spawner.continuation.yield(.connected)
            let done = try await finished(running.id, session.id, daemon)
            #expect(done.verdict?.state == .lost)
            await eventually("the session has failed") {
                (try? await daemon.manager.session(session.id).state) == .failed
            }
        }
    }
}
