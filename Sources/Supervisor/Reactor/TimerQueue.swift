// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Names a timer of a `TimerQueue`.
package struct TimerID: Hashable, Comparable, Sendable {
    fileprivate let deadline: UInt64
    fileprivate let number: UInt64

    package static func < (left: TimerID, right: TimerID) -> Bool {
        (left.deadline, left.number) < (right.deadline, right.number)
    }
}

/// What is to happen when, soonest last. There is at most a handful of timers per running execution, so that a
/// sorted array beats a heap and forgets cancelled timers at once.
package struct TimerQueue<Action> {
    private var timers: [(id: TimerID, action: Action)] = []
    private var nextNumber: UInt64 = 0

    package var earliest: UInt64? { timers.last?.id.deadline }

    package init() {}

    package mutating func insert(at deadline: UInt64, _ action: Action) -> TimerID {
        let id = TimerID(deadline: deadline, number: nextNumber)
        nextNumber &+= 1
        timers.insert((id, action), at: place(of: id))
        return id
    }

    /// False when the timer has fired or was cancelled before.
    @discardableResult
    package mutating func cancel(_ id: TimerID) -> Bool {
        let index = place(of: id)
        guard index < timers.count, timers[index].id == id else { return false }
        timers.remove(at: index)
        return true
    }

    package mutating func popDue(at now: UInt64) -> Action? {
        guard let earliest, earliest <= now else { return nil }
        return timers.popLast()?.action
    }

    /// The index of the first timer that is not later than `id`.
    private func place(of id: TimerID) -> Int {
        var (low, high) = (0, timers.count)
        while low < high {
            let middle = (low + high) / 2
            if id < timers[middle].id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
