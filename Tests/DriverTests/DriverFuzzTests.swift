// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Driver
import Testing

/// Hostile packets by the million: the channel must answer each with an event and never let one through that
/// does not carry the right nonce.
@Suite struct DriverFuzzTests {
    private typealias Build = PacketBuilder

    /// Small and repeatable; the fuzz needs speed, not quality.
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private static let seeds: [[UInt8]] = [
        Build.hello,
        Build.result(),
        Build.packet(kind: 67),
        Build.packet(kind: 68),
        Build.packet(kind: 66, body: Build.okBody, flags: 1),
        Build.result(body: Build.okBody + Build.mime("image/png", [1, 2, 3]) + Build.field(36, [0x61, 0xc3, 0xa9])),
    ]

    /// A tenth of the packets is noise; the others are a right packet with a few bytes changed, cut, or doubled.
    private func packet(_ generator: inout Generator) -> [UInt8] {
        let dice = generator.next()
        if dice % 10 == 0 {
            return (0..<Int(dice >> 8 % 80)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        }
        var packet = Self.seeds[Int(dice >> 8 % UInt64(Self.seeds.count))]
        for _ in 0..<Int(dice >> 16 % 4) {
            let place = Int(generator.next() % UInt64(packet.count))
            packet[place] = UInt8(truncatingIfNeeded: generator.next() >> 8)
        }
        if dice >> 24 % 8 == 0 { packet.removeLast(Int(generator.next() % UInt64(packet.count))) }
        if dice >> 32 % 16 == 0 { packet += packet }
        return packet
    }

    @Test func aMillionPacketsAreAllAnswered() {
        var generator = Generator(state: 0x9e37_79b9_7f4a_7c15)
        var results = 0
        var violations = 0
        var channel = Build.busyChannel()
        for _ in 0..<1_000_000 {
            let bytes = packet(&generator)
            switch channel.receive(bytes[...]) {
            case .result:
                results += 1
                #expect(Array(bytes[8..<24]) == Build.nonce)
                #expect(channel.isIdle)
                channel = Build.busyChannel()
            case .violation:
                violations += 1
                #expect(channel.isPoisoned)
                channel = Build.busyChannel()
            case .nothing:
                break
            case .ready, .pong, .unknown, .checkpointed, .inspected:
                Issue.record("accepted \(bytes)")
            }
        }
        #expect(results > 10_000)
        #expect(violations > 100_000)
    }

    @Test func answersAboutVariablesAreAllDecidedUpon() {
        var generator = Generator(state: 11)
        let variable =
            Build.field(112, [0x78]) + Build.field(113, [0]) + Build.field(114, [0x79]) + Build.field(119, [0x7a])
            + Build.field(116, Build.bytes(UInt64(3)))
        let seed = Build.packet(
            kind: 70,
            body: Build.field(100, variable + Build.field(122, variable)) + Build.field(101, [1, 0, 0x61, 0x62]))
        var (answers, violations) = (0, 0)
        for _ in 0..<200_000 {
            var packet = seed
            for _ in 0..<Int(generator.next() % 4) {
                packet[24 + Int(generator.next() % UInt64(packet.count - 24))] = UInt8(
                    truncatingIfNeeded: generator.next() >> 8)
            }
            var channel = DriverChannel()
            _ = channel.receive(Build.hello[...])
            _ = channel.begin(Nonce(Build.nonce) ?? .zero, .inspect)
            switch channel.receive(packet[...]) {
            case .inspected: answers += 1
            case .violation: violations += 1
            default: Issue.record("accepted \(packet)")
            }
        }
        #expect(answers > 10_000)
        #expect(violations > 10_000)
    }

    @Test func recoveryNeverAcceptsAnotherNonce() throws {
        var generator = Generator(state: 7)
        let probe = try #require(Nonce(Build.otherNonce))
        var channel = DriverChannel(recoveringWith: probe, .repeat)
        for _ in 0..<200_000 {
            let bytes = packet(&generator)
            switch channel.receive(bytes[...]) {
            case .nothing: break
            case .violation: channel = DriverChannel(recoveringWith: probe, .repeat)
            default: Issue.record("accepted \(bytes)")
            }
        }
    }
}
