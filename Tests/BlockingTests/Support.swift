// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import Foundation
import Synchronization

/// Runs `body` with a pool and ends the pool's threads afterwards.
func withPool(
    name: String = "test",
    threads: Int,
    _ body: (BlockingPool) async throws -> Void
) async throws {
    let pool = try BlockingPool(name: name, threads: threads)
    defer { pool.shutdown() }
    try await body(pool)
}

/// A door at which threads wait until it is opened.
final class Gate: Sendable {
    private let isOpen = Atomic<Bool>(false)
    private let count = Atomic<Int>(0)

    var visitors: Int { count.load(ordering: .acquiring) }

    func open() {
        isOpen.store(true, ordering: .releasing)
    }

    func pass() {
        count.add(1, ordering: .acquiringAndReleasing)
        while !isOpen.load(ordering: .acquiring) { usleep(200) }
    }
}

/// A number that threads count up and down together, and the highest it ever was.
final class Counter: Sendable {
    private let state = Mutex((now: 0, highest: 0))

    var value: Int { state.withLock { $0.now } }
    var highest: Int { state.withLock { $0.highest } }

    func add(_ amount: Int) {
        state.withLock { state in
            state.now += amount
            state.highest = max(state.highest, state.now)
        }
    }
}

/// Numbers in the order in which threads noted them.
final class Notes: Sendable {
    private let numbers = Mutex<[Int]>([])

    var all: [Int] { numbers.withLock { $0 } }

    func add(_ number: Int) {
        numbers.withLock { $0.append(number) }
    }
}

func threadName() -> String {
    let text = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
    return text?.trimmingCharacters(in: .newlines) ?? ""
}

/// The names of all threads of this process.
func threadNames() -> [String] {
    let ids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    return ids.compactMap { id in
        let text = try? String(contentsOfFile: "/proc/self/task/\(id)/comm", encoding: .utf8)
        return text?.trimmingCharacters(in: .newlines)
    }
}
