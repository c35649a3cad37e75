// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import Glibc
import Platform
import Supervisor
import Testing

/// Displays on their way from the socket through the log to events.
@Suite struct DisplayOutputTests {
    private final class Fixture: Sendable {
        let directory: TemporaryDirectory
        let reactor: Reactor
        let blocking: BlockingPool
        let output: SessionOutput
        let (stdout, display): (Descriptor, Descriptor)
        let run: OutputRun

        init(cap: Int64 = 64 << 20) throws {
            directory = try TemporaryDirectory()
            reactor = try Reactor(name: "output")
            blocking = try BlockingPool(name: "test", threads: 3)
            let (first, second, third) = (try SocketPair(), try SocketPair(), try SocketPair())
            (stdout, display) = (first.session, third.session)
            output = try SessionOutput(
                stdout: first.daemon, stderr: second.daemon, display: third.daemon, reactor: reactor)
            run = OutputRun(
                feed: ExecutionFeed(try .fresh(), in: try .fresh()),
                directory: OutputDirectory(root: try directory.open()), limits: OutputLimits(logBytes: cap))
        }

        deinit {
            reactor.stop()
            blocking.shutdown()
        }

        func write(_ bytes: [UInt8], to descriptor: Descriptor) async throws {
            try await blocking.run { writeAll(bytes, to: descriptor) }
        }

        /// As a driver does before it goes on.
        func awaitTaken() async throws {
            while unread(display) > 0 { try await Task.sleep(for: .milliseconds(1)) }
        }

        private func unread(_ descriptor: Descriptor) -> Int32 {
            var count: Int32 = 0
            _ = ioctl(descriptor.number, UInt(0x5411), &count)
            return count
        }

        func events(after: Int64 = 0) async throws -> [ExecutionEvent] {
            let reader = EventReader(run.executionFeed, after: after, blocking: blocking)
            var events: [ExecutionEvent] = []
            while let batch = try? await reader.next() { events += batch }
            return events
        }
    }

    private func kinds(_ events: [ExecutionEvent]) -> [String] {
        events.compactMap { event in
            switch event.content {
            case .output(let chunk): String(decoding: chunk.bytes, as: UTF8.self)
            case .display(let display): "[\(display.data["text/plain"] ?? "")]"
            case .started, .artifacts, .result: nil
            }
        }
    }

    @Test func textAndDisplaysStayInOrder() async throws {
        let fixture = try Fixture()
        try fixture.output.watch(resuming: nil)
        await fixture.output.begin(fixture.run)
        for round in 0..<200 {
            try await fixture.write(Array("text \(round)\n".utf8), to: fixture.stdout)
            try await fixture.write(DisplayBytes.text("\(round)"), to: fixture.display)
            try await fixture.awaitTaken()
        }
        let run = try #require(await fixture.output.end())
        run.executionFeed.finish(.failure(CancellationError()))
        let events = try await fixture.events()
        #expect(kinds(events) == (0..<200).flatMap { ["text \($0)\n", "[\($0)]"] })
        #expect(events.map(\.sequence) == Array(1...401))
    }

    @Test func aLargeDisplayIsOneEventAndResumingFindsIt() async throws {
        let fixture = try Fixture()
        try fixture.output.watch(resuming: nil)
        await fixture.output.begin(fixture.run)
        let picture = [UInt8](repeating: 0x89, count: 5 << 20)
        try await fixture.write(Array("before\n".utf8), to: fixture.stdout)
        try await fixture.write(
            DisplayBytes.frame([("image/png", picture), ("text/plain", Array("<Figure>".utf8))], id: "figure"),
            to: fixture.display)
        try await fixture.awaitTaken()
        try await fixture.write(Array("after\n".utf8), to: fixture.stdout)
        let run = try #require(await fixture.output.end())
        run.executionFeed.finish(.failure(CancellationError()))
        for after in 0...3 as ClosedRange<Int64> {
            let events = try await fixture.events(after: after)
            #expect(events.map(\.sequence) == Array((after + 1)..<5))
            guard after < 3, case .display(let display)? = events.first(where: { $0.sequence == 3 })?.content else {
                #expect(after == 3)
                continue
            }
            #expect(display.displayID == "figure")
            #expect(display.stdoutOffset == 7)
            #expect(display.data["image/png"]?.utf8.count == (picture.count + 2) / 3 * 4)
        }
    }

    @Test func whatIsNoDisplayMakesNoEvent() async throws {
        let fixture = try Fixture()
        try fixture.output.watch(resuming: nil)
        await fixture.output.begin(fixture.run)
        try await fixture.write(Array("garbage".utf8) + DisplayBytes.text("good"), to: fixture.display)
        // Its fields are none.
        let broken: [UInt8] = [0xf7] + Array("display".utf8) + [3, 0, 0, 0, 1, 2, 3]
        try await fixture.write(broken + [0xf7, 0x64], to: fixture.display)
        let run = try #require(await fixture.output.end())
        run.executionFeed.finish(.failure(CancellationError()))
        #expect(kinds(try await fixture.events()) == ["[good]", "[<display that cannot be read>]"])
    }

    @Test func displaysBeyondTheLogAreDroppedAndSaid() async throws {
        let fixture = try Fixture(cap: 100 << 10)
        try fixture.output.watch(resuming: nil)
        await fixture.output.begin(fixture.run)
        for _ in 0..<3 {
            try await fixture.write(DisplayBytes.text(String(repeating: "d", count: 60_000)), to: fixture.display)
        }
        try await fixture.awaitTaken()
        try await fixture.write(Array("text".utf8), to: fixture.stdout)
        let run = try #require(await fixture.output.end())
        #expect(run.isCut)
        run.executionFeed.finish(.failure(CancellationError()))
        let events = try await fixture.events()
        #expect(kinds(events).last == "text")
        #expect(kinds(events).count == 2)
    }
}
