// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import SpawnerProtocol

/// The state of the pool, and the rules by which it is filled. Pure.
struct ReadyState: Sendable {
    enum Turn: Sendable {
        /// Start one; `put` or `failed` must follow.
        case make(String)
        /// End this one.
        case end(LiveSession)
        /// Ask again after so many nanoseconds, or after a change.
        case wait(UInt64)
        /// Ask again after a change.
        case idle
    }

    private static let listingsLife: UInt64 = 250_000_000
    private static let zygotePause: UInt64 = 100_000_000
    /// While the pool is full and a zygote is missing.
    private static let zygoteWatch: UInt64 = 2_000_000_000
    /// For one whose size is not known yet.
    private static let guessedBytes: Int64 = 2 << 20

    let plan: PoolPlan
    var shelves: [String: ReadyShelf]
    /// Ended by themselves; their remains are to be cleared away.
    var lost: [LiveSession] = []
    /// Creations of callers that are under way.
    var callers = 0
    /// When the last one ended, on the boot clock.
    var lastCaller: UInt64 = 0
    /// A spawner is there and knows what to keep.
    var isOpen = false
    var isClosed = false
    private var listingsAt: UInt64 = 0

    init(_ plan: PoolPlan) {
        self.plan = plan
        shelves = Dictionary(plan.images.map { ($0, ReadyShelf(image: $0)) }) { first, _ in first }
    }

    var isShort: Bool { isOpen && plan.ready > 0 && shelves.values.contains { $0.count < plan.ready } }
    private var count: Int { shelves.values.reduce(0) { $0 + $1.count } }
    private var bytes: Int64 { shelves.values.reduce(0) { $0 + $1.bytes } }

    /// `room`: sessions that may exist beside those of callers. `quiet`: for how long no caller must have come.
    mutating func next(room: Int, quiet: UInt64, now: UInt64) -> Turn {
        if let lost = lost.popLast() { return .end(lost) }
        guard isOpen, plan.ready > 0 else { return .idle }
        if count > max(0, room), let surplus = takeAny() { return .end(surplus.session) }
        if let dated = takeDated() { return .end(dated.session) }
        let needy = plan.images.filter { isNeedy($0, room: room) }.sorted { fresh($0) < fresh($1) }
        guard !needy.isEmpty else { return isZygoteMissing ? .wait(Self.zygoteWatch) : .idle }
        guard let image = needy.first(where: { (shelves[$0]?.backOff.until ?? 0) <= now }) else {
            return .wait((needy.compactMap { shelves[$0]?.backOff.until }.min() ?? now) - now)
        }
        guard callers == 0 else { return .idle }
        guard now >= lastCaller + quiet else { return .wait(lastCaller + quiet - now) }
        guard !isZygoteStarting(image) else { return .wait(Self.zygotePause) }
        shelves[image]?.making += 1
        return .make(image)
    }

    private func fresh(_ image: String) -> Int { shelves[image]?.fresh ?? 0 }

    private func isNeedy(_ image: String, room: Int) -> Bool {
        guard let shelf = shelves[image] else { return false }
        return shelf.fresh < plan.ready && count < room && bytes + unmeasured + expected(shelf) <= plan.readyBytes
    }

    /// What those that are being started will use.
    private var unmeasured: Int64 { shelves.values.reduce(0) { $0 + Int64($1.making) * expected($1) } }

    private func expected(_ shelf: ReadyShelf) -> Int64 {
        shelf.ready.isEmpty ? Self.guessedBytes : shelf.bytes / Int64(shelf.ready.count)
    }

    /// One that a better one has replaced, or that stands in the way of a better one.
    private mutating func takeDated() -> ReadySession? {
        for image in plan.images {
            guard let shelf = shelves[image], shelf.fresh < shelf.count else { continue }
            let isFull = bytes + unmeasured + expected(shelf) > plan.readyBytes
            if isFull || shelf.count > plan.ready { return shelves[image]?.takeDated() }
        }
        return nil
    }

    // MARK: Zygotes

    private func isZygoteStarting(_ image: String) -> Bool {
        plan.zygote && shelves[image]?.listing.zygote == .starting
    }

    private var isZygoteMissing: Bool {
        plan.zygote && shelves.values.contains { $0.listing.zygote != .ready }
    }

    func wantsListings(at now: UInt64) -> Bool {
        isOpen && plan.zygote && plan.ready > 0 && now >= listingsAt + Self.listingsLife
    }

    mutating func note(_ listings: [PoolListing], at now: UInt64) {
        for listing in listings { shelves[listing.image]?.listing = listing }
        listingsAt = now
    }

    // MARK: Changes

    mutating func open(held: Set<SessionKey>) -> [LiveSession] {
        isOpen = !isClosed
        for image in shelves.keys {
            shelves[image]?.backOff = BackOff()
            shelves[image]?.listing = PoolListing(image: image)
        }
        listingsAt = 0
        return takeAll { !held.contains($0.session.key) }
    }

    mutating func takeAll(where isIncluded: (ReadySession) -> Bool) -> [LiveSession] {
        var taken: [LiveSession] = []
        for image in shelves.keys {
            taken += shelves[image]?.ready.filter(isIncluded).map(\.session) ?? []
            shelves[image]?.ready.removeAll(where: isIncluded)
        }
        return taken
    }

    /// Of the image that has most.
    mutating func takeAny() -> ReadySession? {
        guard let image = plan.images.max(by: { shelves[$0]?.ready.count ?? 0 < shelves[$1]?.ready.count ?? 0 }) else {
            return nil
        }
        return shelves[image]?.takeDated() ?? shelves[image]?.take()
    }

    mutating func backOff() {
        for image in shelves.keys { shelves[image]?.backOff.failed(at: BootClock.now()) }
    }

    var status: [ImagePool] {
        plan.images.compactMap { shelves[$0].map { ImagePool($0, target: plan.ready) } }
    }
}
