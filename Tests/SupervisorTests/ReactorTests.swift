// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform
import Supervisor
import Synchronization
import Testing

@Suite struct ReactorTests {
    private actor Resident {
        private let reactor: Reactor
        private(set) var count = 0

        init(on reactor: Reactor) { self.reactor = reactor }
        nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

        func bump() -> Bool {
            count += 1
            return reactor.isCurrent
        }

        nonisolated func bumpFromCallback() { assumeIsolated { $0.count += 1 } }
    }

    /// Takes one byte a turn, for as long as there is one.
    private final class Sipper: ReactorSource {
        let descriptor: Descriptor
        let log: Log
        let name: Character

        init(_ name: Character, _ descriptor: Descriptor, _ log: Log) {
            self.name = name
            self.descriptor = descriptor
            self.log = log
        }

        func turn(_ readiness: PollEvents, scratch: UnsafeMutableRawBufferPointer) -> Bool {
            guard cloister_receive(descriptor.number, scratch.baseAddress, 1, 0) == 1 else { return false }
            log.text.withLock { $0.append(name) }
            return true
        }
    }

    private final class Log: Sendable {
        let text = Mutex("")
    }

    @Test func actorsLiveOnTheThread() async throws {
        let reactor = try Reactor(name: "test")
        defer { reactor.stop() }
        let resident = Resident(on: reactor)
        for _ in 0..<100 {
            let isOnThread = await resident.bump()
            #expect(isOnThread)
        }
        reactor.perform { resident.bumpFromCallback() }
        #expect(await resident.count == 101)
        #expect(!reactor.isCurrent)
    }

    @Test func timersFireInOrderAndNotWhenCancelled() async throws {
        let reactor = try Reactor(name: "test")
        defer { reactor.stop() }
        let log = Log()
        await withCheckedContinuation { continuation in
            reactor.perform {
                let now = BootClock.now()
                _ = reactor.schedule(at: now + 30_000_000) { continuation.resume() }
                _ = reactor.schedule(at: now + 20_000_000) { log.text.withLock { $0 += "b" } }
                _ = reactor.schedule(at: now + 10_000_000) { log.text.withLock { $0 += "a" } }
                reactor.cancel(reactor.schedule(at: now + 15_000_000) { log.text.withLock { $0 += "x" } })
            }
        }
        #expect(log.text.withLock { $0 } == "ab")
    }

    @Test func aFloodDoesNotStarveOthers() async throws {
        let reactor = try Reactor(name: "test")
        defer { reactor.stop() }
        let log = Log()
        let pairs = [try SocketPair(), try SocketPair()]
        writeAll([UInt8](repeating: 0, count: 1_000), to: pairs[0].session)
        writeAll([UInt8](repeating: 0, count: 10), to: pairs[1].session)
        reactor.perform {
            for (name, pair) in zip("AB", pairs) {
                _ = try? reactor.add(Sipper(name, pair.daemon, log), pair.daemon, for: .readable)
            }
        }
        await eventually("all bytes are read") { log.text.withLock { $0.count } == 1_010 }
        let text = log.text.withLock { $0 }
        let lastOfSmall = text.lastIndex(of: "B").map { text.distance(from: text.startIndex, to: $0) }
        #expect((lastOfSmall ?? .max) < 25)
    }

    @Test func removedSourcesGetNoMoreTurns() async throws {
        let reactor = try Reactor(name: "test")
        defer { reactor.stop() }
        let log = Log()
        let pair = try SocketPair()
        await withCheckedContinuation { continuation in
            reactor.perform {
                let token = try? reactor.add(Sipper("A", pair.daemon, log), pair.daemon, for: .readable)
                reactor.remove(token ?? 0)
                continuation.resume()
            }
        }
        writeAll([1, 2, 3], to: pair.session)
        try await Task.sleep(for: .milliseconds(20))
        #expect(log.text.withLock { $0 }.isEmpty)
    }

    @Test func lazyWorkWaitsForTheNextAndKeepsItsPlace() async throws {
        let reactor = try Reactor(name: "test")
        defer { reactor.stop() }
        let log = Log()
        await withCheckedContinuation { continuation in reactor.perform { continuation.resume() } }
        try await Task.sleep(for: .milliseconds(20))
        reactor.performLazily { log.text.withLock { $0 += "a" } }
        try await Task.sleep(for: .milliseconds(20))
        #expect(log.text.withLock { $0 }.isEmpty)
        await withCheckedContinuation { continuation in
            reactor.perform {
                log.text.withLock { $0 += "b" }
                continuation.resume()
            }
        }
        #expect(log.text.withLock { $0 } == "ab")
    }

    @Test func stopEndsTheThreadAfterWhatIsThere() throws {
        let reactor = try Reactor(name: "test")
        let count = Mutex(0)
        for _ in 0..<10 { reactor.perform { count.withLock { $0 += 1 } } }
        reactor.stop()
        #expect(count.withLock { $0 } == 10)
    }
}
