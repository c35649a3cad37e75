// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import Glibc
import Testing

@Suite struct BlockingPoolTests {
    private struct Refusal: Error, Equatable {
        var code: Int
    }

    @Test func returnsWhatTheBodyReturns() async throws {
        try await withPool(threads: 2) { pool in
            let value = try await pool.run { 42 }
            #expect(value == 42)
        }
    }

    @Test func throwsWhatTheBodyThrows() async throws {
        try await withPool(threads: 1) { pool in
            await #expect(throws: Refusal(code: 7)) {
                try await pool.run { throw Refusal(code: 7) }
            }
        }
    }

    @Test func runsOnItsOwnNamedThreads() async throws {
        try await withPool(name: "a-rather-long-name", threads: 1) { pool in
            let name = try await pool.run { threadName() }
            #expect(name == "a-rather-long-n")
        }
    }

    @Test func threadsBlockAllSignals() async throws {
        try await withPool(threads: 1) { pool in
            let blocked = try await pool.run {
                var mask = sigset_t()
                pthread_sigmask(SIG_SETMASK, nil, &mask)
                return sigismember(&mask, SIGTERM) == 1
            }
            #expect(blocked)
        }
    }

    @Test func oneThreadRunsCallsInTheOrderOfTheirArrival() async throws {
        try await withPool(threads: 1) { pool in
            let order = Notes()
            let gate = Gate()
            async let blocker: Void = pool.run { gate.pass() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask { try await pool.run { order.add(number) } }
                    while pool.waiting < number + 1 { await Task.yield() }
                }
                gate.open()
                try await group.waitForAll()
            }
            try await blocker
            #expect(order.all == Array(0..<200))
        }
    }

    @Test func neverRunsMoreCallsAtOnceThanItHasThreads() async throws {
        try await withPool(threads: 3) { pool in
            let running = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<60 {
                    group.addTask {
                        try await pool.run {
                            running.add(1)
                            usleep(1000)
                            running.add(-1)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(running.highest == 3)
        }
    }

    @Test func cancelledCallThatWaitsEndsAtOnceAndNeverRuns() async throws {
        try await withPool(threads: 1) { pool in
            let gate = Gate()
            let runs = Counter()
            async let blocker: Void = pool.run { gate.pass() }
            while gate.visitors == 0 { await Task.yield() }
            let waiting = Task { try await pool.run { runs.add(1) } }
            while pool.waiting == 0 { await Task.yield() }

            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            gate.open()
            try await blocker
            try await pool.run {}
            #expect(runs.value == 0)
        }
    }

    @Test func cancelledTaskDoesNotStartACall() async throws {
        try await withPool(threads: 1) { pool in
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await pool.run { 1 }
            }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func bodyThatHasBegunRunsToItsEndDespiteCancellation() async throws {
        try await withPool(threads: 1) { pool in
            let gate = Gate()
            let task = Task {
                try await pool.run {
                    gate.pass()
                    return "whole"
                }
            }
            while gate.visitors == 0 { await Task.yield() }
            task.cancel()
            gate.open()
            let value = try await task.value
            #expect(value == "whole")
        }
    }

    @Test func shutdownRunsWhatWasAcceptedThenRefuses() async throws {
        let pool = try BlockingPool(name: "test", threads: 1)
        let gate = Gate()
        async let blocker: Void = pool.run { gate.pass() }
        while gate.visitors == 0 { await Task.yield() }
        async let accepted = pool.run { "accepted" }
        while pool.waiting == 0 { await Task.yield() }

        let stopper = Task.detached { pool.shutdown() }
        gate.open()
        try await blocker
        let outcome = try await accepted
        #expect(outcome == "accepted")
        await stopper.value
        await #expect(throws: BlockingPoolError.shutDown(pool: "test")) { try await pool.run {} }
    }

    @Test func shutdownLeavesNoThreadBehind() async throws {
        let name = "leak-\(getpid())"
        let pool = try BlockingPool(name: name, threads: 4)
        try await pool.run {}
        #expect(threadNames().contains(name))
        pool.shutdown()
        pool.shutdown()
        // A joined thread may stay in /proc for a moment.
        for _ in 0..<1000 where threadNames().contains(name) { usleep(1000) }
        #expect(!threadNames().contains(name))
    }

    @Test func manyCallsWithCancellationsAllEnd() async throws {
        try await withPool(threads: 4) { pool in
            let done = Counter()
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<20_000 {
                    group.addTask {
                        let task = Task { try await pool.run { number } }
                        if number.isMultiple(of: 3) { task.cancel() }
                        _ = await task.result
                        done.add(1)
                    }
                }
            }
            #expect(done.value == 20_000)
            #expect(pool.waiting == 0)
        }
    }
}
