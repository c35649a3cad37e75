// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import Glibc
import Platform
import Supervisor
import Testing

@Suite struct SessionOutputTests {
    /// One session's output with the reactor, the files and the writing ends around it.
    private final class Fixture: Sendable {
        let directory: TemporaryDirectory
        let reactor: Reactor
        let blocking: BlockingPool
        let output: SessionOutput
        let stdout: Descriptor
        let stderr: Descriptor
        let display: Descriptor
        let session: SessionID

        init() throws {
            directory = try TemporaryDirectory()
            reactor = try Reactor(name: "output")
            blocking = try BlockingPool(name: "test", threads: 3)
            let (first, second, third) = (try SocketPair(), try SocketPair(), try SocketPair())
            (stdout, stderr, display) = (first.session, second.session, third.session)
            output = try SessionOutput(
                stdout: first.daemon, stderr: second.daemon, display: third.daemon, reactor: reactor)
            session = try SessionID.fresh()
        }

        deinit {
            reactor.stop()
            blocking.shutdown()
        }

        func run(cap: Int64 = 64 << 20) throws -> OutputRun {
            let root = try directory.open()
            let feed = ExecutionFeed(try .fresh(), in: session)
            return OutputRun(feed: feed, directory: OutputDirectory(root: root), limits: OutputLimits(logBytes: cap))
        }

        func write(_ bytes: [UInt8], to descriptor: Descriptor) async throws {
            try await blocking.run { writeAll(bytes, to: descriptor) }
        }
    }

    private func finished(_ run: OutputRun, artifacts: [Artifact] = []) -> Execution {
        Execution(
            id: run.executionFeed.id, sessionID: run.executionFeed.session, number: 1, state: .finished, incarnation: 1,
            codeSHA256: "", timeoutSeconds: 1, createdAt: Timestamp(milliseconds: 0),
            stdout: OutputCapture(run.stdout), stderr: OutputCapture(run.stderr), artifacts: artifacts)
    }

    private func events(_ feed: ExecutionFeed, after: Int64 = 0, _ fixture: Fixture) async throws -> [ExecutionEvent] {
        let reader = EventReader(feed, after: after, blocking: fixture.blocking)
        var events: [ExecutionEvent] = []
        while let batch = try await reader.next() {
            #expect(!batch.isEmpty)
            events += batch
        }
        return events
    }

    private func bytes(_ events: [ExecutionEvent], _ stream: OutputStream) -> [UInt8] {
        events.flatMap { event -> [UInt8] in
            guard case .output(let chunk) = event.content, chunk.stream == stream else { return [] }
            return chunk.bytes
        }
    }

    @Test func aQuietRunHasNoFile() async throws {
        let fixture = try Fixture()
        try fixture.output.watch(resuming: nil)
        let run = try fixture.run()
        await fixture.output.begin(run)
        let ended = try #require(await fixture.output.end())
        #expect(ended.records == 0)
        #expect(access("\(fixture.directory.path)/\(fixture.session)", F_OK) != 0)
        #expect(await fixture.output.end() == nil)
    }

    @Test func everythingWrittenBeforeTheEndBelongsToTheRun() async throws {
        let fixture = try Fixture()
        try fixture.output.watch(resuming: nil)
        await fixture.output.begin(try fixture.run())
        try await fixture.write(Array("hello".utf8), to: fixture.stdout)
        try await fixture.write(Array("oops".utf8), to: fixture.stderr)
        let run = try #require(await fixture.output.end())
        #expect(OutputCapture(run.stdout) == OutputCapture(text: "hello", bytes: 5, truncated: 0, encoding: .utf8))
        #expect(OutputCapture(run.stderr) == OutputCapture(text: "oops", bytes: 4, truncated: 0, encoding: .utf8))
    }

    @Test func outputBetweenRunsBelongsToNone() async throws {
        let fixture = try Fixture()
        try fixture.output.watch(resuming: nil)
        for number in 0..<50 {
            try await fixture.write(Array("background".utf8), to: fixture.stdout)
            await fixture.output.begin(try fixture.run())
            try await fixture.write(Array("mine \(number)".utf8), to: fixture.stdout)
            let run = try #require(await fixture.output.end())
            #expect(OutputCapture(run.stdout).text == "mine \(number)")
        }
    }

    @Test func eventsCanBeReadFromAnyNumberOn() async throws {
        let fixture = try Fixture()
        try fixture.output.watch(resuming: nil)
        let begun = try fixture.run()
        begun.executionFeed.start()
        await fixture.output.begin(begun)
        for number in 0..<20 {
            try await fixture.write(
                Array("line \(number)\n".utf8), to: number % 3 == 0 ? fixture.stderr : fixture.stdout)
        }
        let run = try #require(await fixture.output.end())
        run.executionFeed.finish(.success(finished(run)))
        let all = try await events(run.executionFeed, fixture)
        #expect(all.map(\.sequence) == Array(1...Int64(all.count)))
        #expect(all.first?.content == .started(run.executionFeed.id, run.executionFeed.session))
        #expect(all.last?.content == .result(finished(run)))
        for after in 0...all.count + 1 {
            #expect(try await events(run.executionFeed, after: Int64(after), fixture) == Array(all.dropFirst(after)))
        }
    }

    @Test func aReaderFollowsALiveRun() async throws {
        let fixture = try Fixture()
        try fixture.output.watch(resuming: nil)
        let begun = try fixture.run()
        async let following = events(begun.executionFeed, fixture)
        begun.executionFeed.start()
        await fixture.output.begin(begun)
        let text = (0..<2_000).map { "Zeile \($0) äöü€𝄞\n" }.joined()
        try await fixture.write(Array(text.utf8), to: fixture.stdout)
        let run = try #require(await fixture.output.end())
        run.executionFeed.finish(.success(finished(run)))
        let seen = try await following
        let isWhole = bytes(seen, .stdout) == Array(text.utf8)
        #expect(isWhole)
        var offset: Int64 = 0
        for event in seen {
            guard case .output(let chunk) = event.content else { continue }
            #expect(chunk.offset == offset)
            offset += Int64(chunk.bytes.count)
        }
    }

    @Test func cancellingAReaderEndsItsWait() async throws {
        let fixture = try Fixture()
        let run = try fixture.run()
        let task = Task { try await events(run.executionFeed, fixture) }
        try await Task.sleep(for: .milliseconds(10))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func charactersAreNotCutWhereItCanBeHelped() async throws {
        let fixture = try Fixture()
        try fixture.output.watch(resuming: nil)
        let begun = try fixture.run()
        await fixture.output.begin(begun)
        let text = Array("a€".utf8)
        try await fixture.write(Array(text.prefix(2)), to: fixture.stdout)
        try await Task.sleep(for: .milliseconds(20))
        try await fixture.write(Array(text.dropFirst(2)), to: fixture.stdout)
        try await Task.sleep(for: .milliseconds(20))
        let run = try #require(await fixture.output.end())
        run.executionFeed.finish(.success(finished(run)))
        let chunks = try await events(run.executionFeed, fixture).compactMap { event -> [UInt8]? in
            guard case .output(let chunk) = event.content else { return nil }
            return chunk.bytes
        }
        #expect(chunks == [Array("a".utf8), Array("€".utf8)])
    }

    @Test func aFloodIsCutAtTheCapAndCounted() async throws {
        let fixture = try Fixture()
        try fixture.output.watch(resuming: nil)
        let begun = try fixture.run(cap: 1 << 20)
        begun.executionFeed.start()
        await fixture.output.begin(begun)
        let line = Array("0123456789abcde\n".utf8)
        let flood = (0..<(16 << 20) / line.count).flatMap { _ in line }
        try await fixture.write(flood, to: fixture.stdout)
        try await fixture.write(Array("the end".utf8), to: fixture.stdout)
        let run = try #require(await fixture.output.end())
        #expect(run.isCut)
        #expect(run.stdout.total == Int64(flood.count + 7))
        let capture = OutputCapture(run.stdout)
        #expect(capture.text.hasPrefix("0123456789abcde\n"))
        #expect(capture.text.hasSuffix("0123456789abcde\nthe end"))
        #expect(capture.truncated == Int64(flood.count + 7 - 2 * (64 << 10)))
        run.executionFeed.finish(.success(finished(run)))
        let logged = bytes(try await events(run.executionFeed, fixture), .stdout)
        let isWhole = logged == Array(flood.prefix(1 << 20))
        #expect(isWhole)
    }

    @Test func closedStreamsAndGarbageAreHarmless() async throws {
        let fixture = try Fixture()
        try fixture.output.watch(resuming: nil)
        let begun = try fixture.run()
        await fixture.output.begin(begun)
        try await fixture.write([0xff, 0xfe, 0x00, 0xf0], to: fixture.stdout)
        shutdown(fixture.stdout.number, CInt(SHUT_WR))
        shutdown(fixture.stderr.number, CInt(SHUT_RDWR))
        try await Task.sleep(for: .milliseconds(10))
        let run = try #require(await fixture.output.end())
        #expect(OutputCapture(run.stdout).encoding == .base64)
        #expect(run.stdout.firstBytes == [0xff, 0xfe, 0x00, 0xf0])
    }

    @Test func aLogThatCannotBeMadeOnlyDropsTheMiddle() async throws {
        let fixture = try Fixture()
        try fixture.output.watch(resuming: nil)
        let begun = try fixture.run()
        // A file stands where the session's directory should be.
        close(creat("\(fixture.directory.path)/\(fixture.session)", 0o600))
        await fixture.output.begin(begun)
        try await fixture.write(Array("still here".utf8), to: fixture.stdout)
        let run = try #require(await fixture.output.end())
        #expect(OutputCapture(run.stdout).text == "still here")
        #expect(run.isCut)
    }
}

extension OutputRun {
    /// The feed of a run that was made for an execution.
    var executionFeed: ExecutionFeed {
        guard let feed = feed as? ExecutionFeed else { preconditionFailure("the run of a command") }
        return feed
    }
}
