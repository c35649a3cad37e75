// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import SpawnerProtocol
import Testing

@Suite("Replies of the spawner")
struct ReplyTests {
    static let key = SessionKey(high: 1, low: 2)

    static var bodies: [SpawnerReply.Body] {
        var statistics = SpawnerStatistics()
        statistics.sessions = 3
        statistics.created = 1 << 40
        statistics.landlock = 7
        statistics.commands = 5
        statistics.layout = .hybrid
        let listing = SessionListing(key: key, incarnation: 4, state: .live, image: "python-minimal", created: 99)
        let description = IncarnationDescription(
            number: 2, layout: .v2, ended: .signaled(number: 9), phases: [1, 2, 3, 4, 5, 6],
            path: .zygote, isHolderPooled: true)
        var pool = PoolListing(image: "python-minimal")
        pool.zygote = .ready
        (pool.generation, pool.holders, pool.forks, pool.fallbacks) = (3, 2, 1 << 40, 7)
        pool.lastFailure = SpawnerFailure(.system, step: "zygote", errno: 12)
        return [
            .incarnation(description, roles: DescriptorRole.allCases), .done, .sessions([listing, listing]),
            .statistics(statistics), .failure(SpawnerFailure(.system, step: "mount tmpfs", errno: 12)),
            .driverEnded(incarnation: 3, status: .exited(code: 7)), .pools([pool, pool]), .pools([]),
            .command(
                CommandDescription(number: 3, incarnation: 2, ended: .signaled(number: 9)),
                roles: [.commandInput, .commandOutput, .commandErrors, .commandControl]),
            .command(CommandDescription(number: .max, incarnation: 1, ended: nil), roles: []),
            .commandEnded(7, status: .exited(code: 255)), .failure(SpawnerFailure(.noSuchCommand)),
        ]
    }

    @Test("Every body survives the wire", arguments: bodies)
    func roundTrip(_ body: SpawnerReply.Body) {
        let reply = SpawnerReply(requestID: 5, key: Self.key, body: body)
        #expect(SpawnerReply(bytes: reply.encoded()[...]) == reply)
    }

    @Test("A cut reply is none", arguments: bodies)
    func cut(_ body: SpawnerReply.Body) {
        let bytes = SpawnerReply(requestID: 5, key: Self.key, body: body).encoded()
        for length in bytes.indices { #expect(SpawnerReply(bytes: bytes[..<length]) == nil) }
    }

    @Test("A full page of sessions fits into a packet")
    func page() {
        let image = String(repeating: "i", count: SpawnerRequest.imageWidth)
        let listing = SessionListing(key: Self.key, incarnation: 1, state: .live, image: image, created: 1)
        let body = SpawnerReply.Body.sessions(Array(repeating: listing, count: SessionListing.perPacket))
        #expect(SpawnerReply(requestID: 1, key: Self.key, body: body).encoded().count <= SpawnerReply.maximumSize)
    }

    @Test("Wait statuses")
    func statuses() {
        #expect(ProcessStatus(waitStatus: 3 << 8) == .exited(code: 3))
        #expect(ProcessStatus(waitStatus: 9) == .signaled(number: 9))
        #expect(ProcessStatus(waitStatus: 11 | 0x80) == .signaled(number: 11))
    }
}
