// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Driver
import Platform

/// The incarnation that a session has now, with everything that watches it.
struct Life {
    let incarnation: Incarnation
    let output: SessionOutput
    let port: DriverPort
    /// Its processes have no say any more; the workspace can still be reached.
    var isOver = false
    var treeToken: UInt64?

    var number: Int { Int(incarnation.number) }

    /// Stops watching. Its descriptors close with the last reference to them.
    func retire(_ reactor: Reactor) {
        port.close()
        output.retire()
        if let treeToken { reactor.remove(treeToken) }
    }
}

/// The timers of a session; at most one of each kind.
struct SessionTimers {
    enum Kind: Hashable {
        case deadline, grace, interrupt, repeatInterrupt, status, tree, start, tick, retry, checkpoint, leaving
        case inspection, inspectionWait
    }

    private let reactor: Reactor
    private var timers: [Kind: TimerID] = [:]

    init(_ reactor: Reactor) { self.reactor = reactor }

    mutating func set(_ kind: Kind, at deadline: UInt64, _ action: @escaping @Sendable () -> Void) {
        cancel(kind)
        timers[kind] = reactor.schedule(at: deadline, action)
    }

    mutating func cancel(_ kinds: Kind...) {
        for kind in kinds {
            if let timer = timers.removeValue(forKey: kind) { reactor.cancel(timer) }
        }
    }

    /// Whether there was such a timer.
    mutating func cancelIfSet(_ kind: Kind) -> Bool {
        defer { cancel(kind) }
        return timers[kind] != nil
    }

    mutating func cancelAll() {
        for timer in timers.values { reactor.cancel(timer) }
        timers = [:]
    }
}
