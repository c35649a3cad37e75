// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import SpawnerProtocol
import Testing

@Suite("Requests to the spawner")
struct RequestTests {
    static let key = SessionKey(high: 0x0102_0304_0506_0708, low: 0x1112_1314_1516_1718)
    static let limits = SessionLimits(
        memoryBytes: 1 << 30, pids: 64, cpuMillis: 1500, workspaceBytes: 1 << 28, tmpBytes: 1 << 26, shmBytes: 1 << 25)
    static let actions: [SpawnerRequest.Action] = [
        .create(image: "python-minimal", storage: .pool, limits: limits), .renew, .adopt, .destroy,
        .interrupt(incarnation: 7, rung: .interrupt), .interrupt(incarnation: 7, rung: .force),
        .keep(incarnation: 7, CheckpointListing(number: 8, label: "a", notes: "b")), .rollback(checkpoint: 9),
        .drop(checkpoint: 0), .list, .statistics,
        .pools,
        .prepare(image: "python-minimal", limits: limits, holders: 4, zygote: true),
        .startCommand(incarnation: 3, command: 9), .signalCommand(command: 9, signal: .terminate, toGroup: true),
        .signalCommand(command: 1, signal: .kill, toGroup: false), .adoptCommand(command: 9),
        .forgetCommand(command: 1),
    ]

    @Test("Every action survives the wire", arguments: actions)
    func roundTrip(_ action: SpawnerRequest.Action) {
        let request = SpawnerRequest(id: 42, key: Self.key, action: action)
        let bytes = request.encoded()
        #expect(bytes.count == SpawnerRequest.size)
        #expect(SpawnerRequest(bytes: bytes[...]) == request)
    }

    @Test("A packet of another size is no request", arguments: actions)
    func otherSizes(_ action: SpawnerRequest.Action) {
        let bytes = SpawnerRequest(id: 1, key: Self.key, action: action).encoded()
        #expect(SpawnerRequest(bytes: bytes.dropLast()) == nil)
        #expect(SpawnerRequest(bytes: (bytes + [0])[...]) == nil)
        #expect(SpawnerRequest(bytes: []) == nil)
    }

    @Test("A byte that should be zero and is not refuses the packet")
    func strayBytes() {
        for action in Self.actions {
            var bytes = SpawnerRequest(id: 1, key: Self.key, action: action).encoded()
            bytes[SpawnerRequest.size - 1] = 1
            #expect(SpawnerRequest(bytes: bytes[...]) == nil)
        }
    }

    @Test("Signals that are not listed, and half a truth, are refused")
    func otherSignals() {
        let action = SpawnerRequest.Action.signalCommand(command: 1, signal: .interrupt, toGroup: true)
        let bytes = SpawnerRequest(id: 1, key: Self.key, action: action).encoded()
        let (signal, group) = (36, 40)
        let allowed = Set(CommandSignal.allCases.map { UInt8($0.rawValue) })
        for number in UInt8.min...UInt8.max {
            var changed = bytes
            changed[signal] = number
            #expect((SpawnerRequest(bytes: changed[...]) != nil) == allowed.contains(number))
            changed = bytes
            changed[group] = number
            #expect((SpawnerRequest(bytes: changed[...]) != nil) == (number <= 1))
        }
        #expect(!allowed.contains(11) && !allowed.contains(0))
    }

    @Test("Whatever decodes encodes to the same bytes")
    func fuzz() {
        var generator = SystemRandomNumberGenerator()
        for round in 0..<200_000 {
            let action = Self.actions[round % Self.actions.count]
            var bytes = SpawnerRequest(id: 1, key: Self.key, action: action).encoded()
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            if let request = SpawnerRequest(bytes: bytes[...]) { #expect(request.encoded() == bytes) }
        }
    }
}
