// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import SpawnerProtocol

/// What a session knows of the copies of its interpreter.
struct Checkpoints {
    struct Copy: Equatable {
        enum Stage {
            /// The driver has been asked for it.
            case wanted
            /// It exists, and is on its way to where a kill of the running tree does not reach it.
            case leaving
            case kept
        }

        let number: UInt32
        /// Of one that a caller asked for.
        var label: Label?
        /// The last execution whose effects it holds.
        let execution: ExecutionID?
        var stage = Stage.wanted
    }

    struct Label: Equatable {
        let name: String
        let createdAt: Int64
    }

    static let mostLabelled = 8

    private(set) var policy: CheckpointPolicy
    /// Oldest first.
    private var copies: [Copy] = []
    private var lastNumber: UInt32 = 0
    /// Why the last execution left none.
    private var refusal: CheckpointRefusal?
    private var budget = CheckpointBudget()

    init(_ policy: CheckpointPolicy) {
        self.policy = policy
        refusal = Self.refusal(of: policy)
    }

    private static func refusal(of policy: CheckpointPolicy) -> CheckpointRefusal {
        policy == .off ? .off : .nothingToKeep
    }

    mutating func follow(_ policy: CheckpointPolicy) {
        self.policy = policy
        refusal = Self.refusal(of: policy)
    }

    private var newest: Copy? { copies.last { $0.stage != .wanted } }
    var labelled: [Copy] { copies.filter { $0.label != nil && $0.stage != .wanted } }
    /// What a rollback goes to.
    var newestKept: Copy? { copies.last { $0.stage == .kept } }
    /// The number of the copy that the driver has been asked for.
    var wanted: UInt32? { copies.last.flatMap { $0.stage == .wanted ? $0.number : nil } }
    /// Whether a loss can be made good: a copy that is on its way counts.
    var canRollBack: Bool { newest != nil }
    var isOnItsWay: Bool { newest?.stage == .leaving }

    var report: CheckpointReport {
        let reason = newest != nil && refusal == .nothingToKeep ? nil : refusal
        return CheckpointReport(taken: newest != nil, executionID: newest?.execution, reason: reason)
    }

    /// Decides whether there is to be a checkpoint now. `used` and `limit` are the session's memory.
    mutating func wants(used: Int64, limit: Int64, isForced: Bool) -> Bool {
        guard policy != .off, wanted == nil else { return false }
        guard policy == .auto, !isForced else { return true }
        guard used <= limit / 2 else {
            refusal = .memory
            return false
        }
        guard budget.spend(at: BootClock.now()) else {
            refusal = .rate
            return false
        }
        return true
    }

    /// The number of a new copy.
    mutating func begin(after execution: ExecutionID?, label: Label? = nil) -> Copy {
        lastNumber &+= 1
        if lastNumber == 0 { lastNumber = 1 }
        let copy = Copy(number: lastNumber, label: label, execution: execution)
        copies.append(copy)
        return copy
    }

    mutating func forked() {
        guard wanted != nil else { return }
        copies[copies.count - 1].stage = .leaving
        refusal = nil
    }

    /// The driver gave none. Returns the number that it was asked for.
    @discardableResult mutating func refused(_ reason: CheckpointRefusal) -> UInt32? {
        guard let number = wanted else { return nil }
        copies.removeLast()
        refusal = reason
        return number
    }

    /// The copy is safe. Returns those that it takes the place of; nil when nobody knows it any more.
    mutating func isKept(_ number: UInt32) -> [UInt32]? {
        guard let position = copies.firstIndex(where: { $0.number == number }) else { return nil }
        if copies[position].stage == .wanted { refusal = nil }
        copies[position].stage = .kept
        guard copies[position].label == nil else { return [] }
        let replaced = copies[..<position].filter { $0.label == nil }.map(\.number)
        copies.removeAll { replaced.contains($0.number) }
        return replaced
    }

    func copy(_ number: UInt32) -> Copy? { copies.first { $0.number == number } }

    mutating func remove(labelled name: String) -> Copy? {
        guard let position = copies.firstIndex(where: { $0.label?.name == name && $0.stage != .wanted }) else {
            return nil
        }
        return copies.remove(at: position)
    }

    /// Takes over what an earlier daemon had made.
    mutating func adopt(_ listings: [CheckpointListing]) {
        copies = listings.map { listing in
            let notes = listing.notes.split(separator: " ", omittingEmptySubsequences: false)
            let label =
                listing.label.isEmpty
                ? nil : Label(name: listing.label, createdAt: notes.first.flatMap { Int64($0) } ?? 0)
            let execution = notes.count > 1 ? ExecutionID(String(notes[1])) : nil
            return Copy(number: listing.number, label: label, execution: execution, stage: .kept)
        }
        lastNumber = copies.map(\.number).max() ?? 0
    }

    mutating func isGone(_ number: UInt32) {
        let before = newest
        // Of one that is only wanted the driver says why there is none.
        copies.removeAll { $0.number == number && $0.stage != .wanted }
        if before?.number == number { refusal = .failed }
    }

    /// The running tree is gone, and with it what had not left it.
    mutating func lostRunningTree() {
        copies.removeAll { $0.stage != .kept }
    }

    /// The copy has become the interpreter.
    mutating func used(_ copy: Copy) {
        copies.removeAll { $0.number == copy.number }
        refusal = .nothingToKeep
        // Who has just lost an interpreter may well lose the next one.
        budget.earn()
    }

    /// Nothing of the incarnation is left.
    mutating func reset() {
        copies = []
        refusal = Self.refusal(of: policy)
    }
}

extension CheckpointListing {
    init(_ copy: Checkpoints.Copy) {
        self.init(
            number: copy.number, label: copy.label?.name ?? "",
            notes: "\(copy.label?.createdAt ?? 0) \(copy.execution?.description ?? "")")
    }
}

/// How often a checkpoint may be taken without asking: a burst, then so seldom that no more than one in a hundred short
/// executions waits for one.
struct CheckpointBudget {
    private static let burst = 8.0
    private static let nanosecondsEach = 50_000_000.0

    private var tokens = Self.burst
    private var last: UInt64 = 0

    mutating func earn() { tokens = min(Self.burst, tokens + 2) }

    mutating func spend(at now: UInt64) -> Bool {
        let earned = Double(now &- last) / Self.nanosecondsEach
        tokens = last == 0 ? Self.burst : min(Self.burst, tokens + earned)
        last = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
