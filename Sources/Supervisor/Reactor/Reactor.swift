// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CPlatform
import Glibc
package import Platform
import Synchronization

/// One thread with one epoll set: sources, timers, and the jobs of the actors that live on it.
///
/// Descriptors are watched for edges. A hostile peer can keep a descriptor readable for ever; with edges each source
/// decides how much it reads in a turn and queues up behind the others for more, and a source that leaves bytes where
/// they are (half a character, say) does not make the loop spin.
///
/// `@unchecked Sendable`: what is not behind `inbox` is touched only by the loop's thread, which `add`, `remove`,
/// `schedule` and `cancel` check for.
package final class Reactor: SerialExecutor, @unchecked Sendable {
    private enum Job {
        case actor(UnownedJob)
        case closure(@Sendable () -> Void)
    }

    private struct Inbox {
        var jobs: [Job] = []
        var isSleeping = false
        var isStopping = false
        var thread: PoolThread?
    }

    private static let wakeToken: UInt64 = 0
    /// A suspended machine's boot time runs on while epoll's time-out stands still, so a wait is never longer.
    private static let longestWait: UInt64 = 5_000_000_000
    private static let scratchBytes = 256 << 10

    private let epoll: Descriptor
    private let wakeUp: Descriptor
    private let inbox = Mutex(Inbox())
    private let threadID = Atomic<UInt>(0)
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: scratchBytes, alignment: 4096)

    private struct Entry {
        let source: any ReactorSource
        let descriptor: Descriptor
        /// Whether `waitingForTurn` has its token, once.
        var isWaiting: Bool
    }

    private var sources: [UInt64: Entry] = [:]
    private var waitingForTurn: [UInt64] = []
    private var nextToken: UInt64 = 1
    private var timers = TimerQueue<@Sendable () -> Void>()

    /// Starts the thread, which carries the name (its first 15 bytes).
    package init(name: String) throws {
        epoll = Descriptor(owning: try check("epoll_create1", cloister_epoll_create()))
        wakeUp = Descriptor(owning: try check("eventfd", cloister_eventfd()))
        try check(
            "epoll_ctl",
            cloister_epoll_set(epoll.number, wakeUp.number, PollEvents.readable.rawValue, Self.wakeToken, 0))
        let thread = try PoolThread(name: name) { [self] in run() }
        inbox.withLock { $0.thread = thread }
    }

    deinit { scratch.deallocate() }

    /// Ends the thread after the jobs that are already there. Blocks; not to be called on the loop's thread.
    package func stop() {
        let thread = inbox.withLock { inbox in
            inbox.isStopping = true
            defer { inbox.thread = nil }
            return inbox.thread
        }
        wake()
        thread?.join()
    }

    // MARK: From any thread

    package func enqueue(_ job: consuming ExecutorJob) {
        submit(.actor(UnownedJob(job)))
    }

    package func perform(_ body: @escaping @Sendable () -> Void) {
        submit(.closure(body))
    }

    /// The same, but the thread is not woken for it: `body` runs when something else wakes it, before what came later.
    package func performLazily(_ body: @escaping @Sendable () -> Void) {
        inbox.withLock { $0.jobs.append(.closure(body)) }
    }

    package var isCurrent: Bool { threadID.load(ordering: .relaxed) == UInt(pthread_self()) }

    package func checkIsolated() {
        precondition(isCurrent, "not on the reactor's thread")
    }

    package func isIsolatingCurrentContext() -> Bool? { isCurrent }

    private func submit(_ job: Job) {
        let mustWake = inbox.withLock { inbox in
            inbox.jobs.append(job)
            defer { inbox.isSleeping = false }
            return inbox.isSleeping
        }
        if mustWake { wake() }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeUp.number, &one, MemoryLayout<UInt64>.size)
    }

    // MARK: On the loop's thread

    /// Watches the descriptor until `remove`. The source gets its first turn even if nothing happens.
    package func add(_ source: any ReactorSource, _ descriptor: Descriptor, for readiness: PollEvents) throws -> UInt64
    {
        checkIsolated()
        let token = nextToken
        nextToken += 1
        let events = readiness.rawValue | UInt32(CLOISTER_POLL_EDGE)
        try check("epoll_ctl", cloister_epoll_set(epoll.number, descriptor.number, events, token, 0))
        sources[token] = Entry(source: source, descriptor: descriptor, isWaiting: true)
        waitingForTurn.append(token)
        return token
    }

    /// Changes what the source wants to hear of.
    package func update(_ token: UInt64, for readiness: PollEvents) {
        checkIsolated()
        guard let entry = sources[token] else { return }
        let events = readiness.rawValue | UInt32(CLOISTER_POLL_EDGE)
        _ = cloister_epoll_set(epoll.number, entry.descriptor.number, events, token, 1)
    }

    package func remove(_ token: UInt64) {
        checkIsolated()
        guard let entry = sources.removeValue(forKey: token) else { return }
        _ = cloister_epoll_set(epoll.number, entry.descriptor.number, 0, token, 0)
    }

    /// Runs `action` at or soon after `deadline` of the boot clock.
    package func schedule(at deadline: UInt64, _ action: @escaping @Sendable () -> Void) -> TimerID {
        checkIsolated()
        return timers.insert(at: deadline, action)
    }

    /// Lends the buffer that sources get in their turns.
    package func withScratch<Value>(_ body: (UnsafeMutableRawBufferPointer) -> Value) -> Value {
        checkIsolated()
        return body(scratch)
    }

    package func cancel(_ timer: TimerID) {
        checkIsolated()
        timers.cancel(timer)
    }

    private func run() {
        threadID.store(UInt(pthread_self()), ordering: .relaxed)
        var events = [cloister_event](repeating: cloister_event(), count: 64)
        while runJobs() {
            giveTurns()
            fireTimers()
            let count = Int(cloister_epoll_wait(epoll.number, &events, CInt(events.count), timeout()))
            for event in events.prefix(max(0, count)) { dispatch(event) }
        }
        sources = [:]
    }

    /// Runs what has arrived until now, not what arrives meanwhile. False when the loop is to end.
    private func runJobs() -> Bool {
        let (jobs, isStopping) = inbox.withLock { inbox in
            defer { inbox.jobs = [] }
            inbox.isSleeping = false
            return (inbox.jobs, inbox.isStopping)
        }
        for job in jobs {
            switch job {
            case .actor(let job): job.runSynchronously(on: asUnownedSerialExecutor())
            case .closure(let body): body()
            }
        }
        return !isStopping || !jobs.isEmpty
    }

    private func giveTurns() {
        let tokens = waitingForTurn
        waitingForTurn = []
        for token in tokens {
            sources[token]?.isWaiting = false
            turn(token, .again)
        }
    }

    private func fireTimers() {
        guard timers.earliest != nil else { return }
        let now = BootClock.now()
        while let action = timers.popDue(at: now) { action() }
    }

    private func dispatch(_ event: cloister_event) {
        if event.token == Self.wakeToken {
            var count: UInt64 = 0
            _ = read(wakeUp.number, &count, MemoryLayout<UInt64>.size)
        } else {
            turn(event.token, PollEvents(rawValue: event.events))
        }
    }

    private func turn(_ token: UInt64, _ readiness: PollEvents) {
        guard let source = sources[token]?.source else { return }
        guard source.turn(readiness, scratch: scratch), sources[token]?.isWaiting == false else { return }
        sources[token]?.isWaiting = true
        waitingForTurn.append(token)
    }

    /// Milliseconds that epoll may wait, -1 for ever. Marks the loop as sleeping unless there is work.
    private func timeout() -> CInt {
        let isIdle = inbox.withLock { inbox in
            inbox.isSleeping = inbox.jobs.isEmpty && waitingForTurn.isEmpty && !inbox.isStopping
            return inbox.isSleeping
        }
        guard isIdle else { return 0 }
        guard let earliest = timers.earliest else { return -1 }
        let now = BootClock.now()
        let wait = earliest > now ? min(earliest - now, Self.longestWait) : 0
        return CInt(truncatingIfNeeded: (wait + 999_999) / 1_000_000)
    }
}
