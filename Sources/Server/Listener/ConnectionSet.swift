// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import NIOCore
import Synchronization

/// The open connections: bounded, and told to finish when the server stops.
final class ConnectionSet: Sendable {
    private let maximum: Int
    private let state = Mutex(State())

    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isStopping = false
    }

    init(maximum: Int) {
        self.maximum = maximum
    }

    /// False when there are too many, or the server stops.
    func insert(_ channel: any Channel) -> Bool {
        let isAdmitted = self.state.withLock { state in
            guard state.channels.count < self.maximum, !state.isStopping else { return false }
            state.channels[ObjectIdentifier(channel)] = channel
            return true
        }
        if isAdmitted {
            channel.closeFuture.whenComplete { _ in self.remove(channel) }
        }
        return isAdmitted
    }

    /// Idle connections close at once, busy ones after their answer.
    func stop() {
        let channels = self.state.withLock { state in
            state.isStopping = true
            return Array(state.channels.values)
        }
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    private func remove(_ channel: any Channel) {
        _ = self.state.withLock { $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
    }
}
