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
        var members: [ObjectIdentifier: Member] = [:]
        var isStopping = false
    }

    private struct Member: Sendable {
        var channel: any Channel
        var connection: Connection
    }

    init(maximum: Int) {
        self.maximum = maximum
    }

    /// False when there are too many, or the server stops.
    func insert(_ connection: Connection, _ channel: any Channel) -> Bool {
        let isAdmitted = self.state.withLock { state in
            guard state.members.count < self.maximum, !state.isStopping else { return false }
            state.members[ObjectIdentifier(channel)] = Member(channel: channel, connection: connection)
            return true
        }
        if isAdmitted {
            channel.closeFuture.whenComplete { _ in self.remove(channel) }
        }
        return isAdmitted
    }

    /// Takes no more; idle connections close at once, busy ones after their answer.
    func stop() {
        let members = self.state.withLock { state in
            state.isStopping = true
            return Array(state.members.values)
        }
        for member in members {
            member.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    func cancelWaits() {
        let members = self.state.withLock { Array($0.members.values) }
        for member in members { member.connection.cancelWaits() }
    }

    private func remove(_ channel: any Channel) {
        _ = self.state.withLock { $0.members.removeValue(forKey: ObjectIdentifier(channel)) }
    }
}
