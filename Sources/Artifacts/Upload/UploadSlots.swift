// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Synchronization

/// Bounds how many uploads run and remembers for when an alarm is set.
final class UploadSlots: Sendable {
    private struct State {
        var free: Int
        var alarm: Int64?
    }

    private let state: Mutex<State>

    init(_ count: Int) {
        state = Mutex(State(free: max(1, count)))
    }

    var free: Int { state.withLock { $0.free } }

    func take() { state.withLock { $0.free -= 1 } }

    func give() { state.withLock { $0.free += 1 } }

    /// True when the caller is to set an alarm: there is none, or only a later one.
    func arm(_ time: Int64) -> Bool {
        state.withLock { state in
            if let alarm = state.alarm, alarm <= time { return false }
            state.alarm = time
            return true
        }
    }

    func disarm(_ time: Int64) {
        state.withLock { if $0.alarm == time { $0.alarm = nil } }
    }
}
