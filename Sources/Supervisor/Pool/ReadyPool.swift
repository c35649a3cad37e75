// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import SpawnerProtocol
import Synchronization

/// The ready sessions of all images: who gets one, and when the next one is started.
final class ReadyPool: Sendable {
    private let state: Mutex<ReadyState>
    /// One element at least after every change; a stream for each worker.
    let changes: [AsyncStream<Void>]
    private let signals: [AsyncStream<Void>.Continuation]

    init(_ plan: PoolPlan, workers: Int) {
        state = Mutex(ReadyState(plan))
        let streams = (0..<workers).map { _ in
            AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        }
        changes = streams.map(\.stream)
        signals = streams.map(\.continuation)
    }

    private func change<Value: Sendable>(_ body: (inout sending ReadyState) -> sending Value) -> Value {
        let value = state.withLock(body)
        for signal in signals { signal.yield() }
        return value
    }

    // MARK: Callers

    /// A caller's creation has begun: nothing else is started until it has ended.
    func callerBegan() { state.withLock { $0.callers += 1 } }

    func callerEnded() {
        let wasLast = state.withLock { state in
            state.callers -= 1
            state.lastCaller = BootClock.now()
            return state.callers == 0
        }
        if wasLast { for signal in signals { signal.yield() } }
    }

    /// A session for whoever wants this image with the standard limits.
    func take(_ image: String) -> ReadySession? { state.withLock { $0.shelves[image]?.take() } }

    /// The caller had no use for it after all.
    func putBack(_ ready: ReadySession) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.shelves[ready.session.facts.image]?.ready.append(ready)
            return true
        }
    }

    /// Room for callers: up to `count` sessions to be ended.
    func giveWay(_ count: Int) -> [LiveSession] {
        change { state in
            state.backOff()
            return (0..<count).compactMap { _ in state.takeAny()?.session }
        }
    }

    /// A session has ended.
    func roomGrew() {
        if state.withLock({ $0.isShort }) { for signal in signals { signal.yield() } }
    }

    // MARK: Filling

    func next(room: Int, quiet: UInt64) -> ReadyState.Turn {
        state.withLock { $0.next(room: room, quiet: quiet, now: BootClock.now()) }
    }

    /// False when it is not wanted any more.
    func put(_ ready: ReadySession) -> Bool {
        state.withLock { state in
            let image = ready.session.facts.image
            state.shelves[image]?.making -= 1
            guard state.isOpen else { return false }
            state.shelves[image]?.put(ready, at: BootClock.now())
            return true
        }
    }

    /// One could not be started.
    func failed(_ image: String, _ error: any Error) {
        state.withLock { state in
            state.shelves[image]?.making -= 1
            guard state.isOpen else { return }
            switch error {
            case SpawnerClientError.unavailable:
                // Without a spawner nothing is started, and that is nobody's failure.
                break
            case SpawnerClientError.failure(let failure) where failure.isForWantOfRoom:
                state.shelves[image]?.hasNoRoom("\(failure)", at: BootClock.now())
            default:
                state.shelves[image]?.failed("\(error)", at: BootClock.now())
            }
        }
    }

    /// The session's driver has ended. False when a caller has it.
    func drop(_ session: LiveSession) -> Bool {
        change { state in
            guard let index = state.shelves[session.facts.image]?.ready.firstIndex(where: { $0.session === session })
            else { return false }
            state.shelves[session.facts.image]?.ready.remove(at: index)
            state.lost.append(session)
            if state.isOpen {
                state.shelves[session.facts.image]?.failed("the driver of a ready session ended", at: BootClock.now())
            }
            return true
        }
    }

    // MARK: The spawner

    /// Takes out those that the spawner does not have any more, and begins to fill.
    func open(held: Set<SessionKey>) -> [LiveSession] {
        change { $0.open(held: held) }
    }

    func pause() { state.withLock { $0.isOpen = false } }

    /// For ever. Returns what is to be ended.
    func close() -> [LiveSession] {
        change { state in
            (state.isOpen, state.isClosed) = (false, true)
            defer { state.lost = [] }
            return state.lost + state.takeAll { _ in true }
        }
    }

    func note(_ listings: [PoolListing]) { state.withLock { $0.note(listings, at: BootClock.now()) } }

    /// Whether the spawner should be asked about its zygotes before the next turn.
    var wantsListings: Bool { state.withLock { $0.wantsListings(at: BootClock.now()) } }

    var status: [ImagePool] { state.withLock { $0.status } }
}
