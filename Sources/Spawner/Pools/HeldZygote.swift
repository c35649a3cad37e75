// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
import Platform

/// One zygote: a process that is forked into sessions.
final class HeldZygote {
    enum State {
        /// Until it has a descriptor table of its own.
        case starting(DescriptorWindow)
        case importing
        case ready
        /// Another one has its place; it ends once nothing waits for it.
        case retired
        case dead
    }

    /// Requests under way at once: one that forks, and one more so that it never waits for the spawner.
    static let depth = 2

    let number: UInt64
    let image: Int
    let generation: UInt32
    /// The name of its cgroup.
    let group: String
    let socket: Descriptor
    let process: Descriptor
    let pid: Int32
    let started = Clock.now()
    var state: State
    var hasEnded = false
    var forks: UInt64 = 0
    var lines = 0
    /// Refusals since the last fork that succeeded.
    var refusals = 0
    /// Sessions that were asked for, with the time of it.
    var outstanding: [UInt64: UInt64] = [:]
    var queue: [UInt64] = []

    init(
        number: UInt64, image: Int, generation: UInt32, group: String, socket: Descriptor, process: Descriptor,
        pid: Int32, window: DescriptorWindow
    ) {
        self.number = number
        self.image = image
        self.generation = generation
        self.group = group
        self.socket = socket
        self.process = process
        self.pid = pid
        state = .starting(window)
    }

    var isStarting: Bool {
        switch state {
        case .starting, .importing: true
        case .ready, .retired, .dead: false
        }
    }

    var isReady: Bool { if case .ready = state { true } else { false } }
    var isDead: Bool { if case .dead = state { true } else { false } }

    func kill() { _ = cloister_pidfd_signal(process.number, SIGKILL) }
}
