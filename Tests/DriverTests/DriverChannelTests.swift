// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Driver
import Testing

@Suite struct DriverChannelTests {
    private typealias Build = PacketBuilder

    private func greeted() -> DriverChannel {
        var channel = DriverChannel()
        _ = channel.receive(Build.hello[...])
        return channel
    }

    private func nonce(_ bytes: [UInt8]) throws -> Nonce { try #require(Nonce(bytes)) }

    @Test func greetsThenRunsOneRequestAtATime() throws {
        var channel = DriverChannel()
        let another = channel.begin(.random(), .execute)
        #expect(!another)
        #expect(channel.receive(Build.hello[...]) == .ready(DriverGreeting(pythonVersion: "3.11.2", pid: 2)))
        let first = channel.begin(try nonce(Build.nonce), .execute)
        #expect(first)
        let second = channel.begin(try nonce(Build.otherNonce), .execute)
        #expect(!second)
        #expect(channel.receive(Build.result()[...]) == .result(.init(status: .ok, value: "2")))
        let third = channel.begin(try nonce(Build.otherNonce), .execute)
        #expect(third)
    }

    @Test func aRequestThatDidNotGoOutCanBeTakenBack() throws {
        var channel = Build.busyChannel()
        channel.withdraw(try nonce(Build.otherNonce))
        #expect(!channel.isIdle)
        channel.withdraw(try nonce(Build.nonce))
        #expect(channel.isIdle)
        #expect(channel.receive(Build.result()[...]) == .violation(.unsolicited(.result)))
    }

    @Test func nothingMayComeBeforeTheGreeting() {
        var channel = DriverChannel()
        #expect(channel.receive(Build.result()[...]) == .violation(.unsolicited(.result)))
        #expect(channel.isPoisoned)
    }

    @Test func greetingNeedsTheZeroNonce() {
        var channel = DriverChannel()
        let body = Build.field(16, []) + Build.field(17, Build.bytes(UInt32(2)))
        #expect(channel.receive(Build.packet(kind: 65, body: body)[...]) == .violation(.wrongNonce))
    }

    @Test func unsolicitedMessagesPoison() {
        for packet in [Build.result(), Build.hello, Build.packet(kind: 67), Build.packet(kind: 68)] {
            var channel = greeted()
            guard case .violation(.unsolicited) = channel.receive(packet[...]) else {
                Issue.record("accepted \(packet)")
                continue
            }
            #expect(channel.isPoisoned)
        }
    }

    @Test func aSecondAnswerPoisons() {
        var channel = Build.busyChannel()
        _ = channel.receive(Build.result()[...])
        #expect(channel.receive(Build.result()[...]) == .violation(.unsolicited(.result)))
        #expect(channel.receive(Build.result()[...]) == .violation(.poisoned))
        let another = channel.begin(.random(), .execute)
        #expect(!another)
    }

    @Test func aWrongNoncePoisonsEvenWhenTheRightOneFollows() {
        var channel = Build.busyChannel()
        #expect(channel.receive(Build.result(nonce: Build.otherNonce)[...]) == .violation(.wrongNonce))
        #expect(channel.receive(Build.result()[...]) == .violation(.poisoned))
    }

    @Test func theAnswerMustFitTheRequest() {
        for kind in [UInt8(65), 67, 68] {
            var channel = Build.busyChannel()
            guard case .violation(.unsolicited) = channel.receive(Build.packet(kind: kind)[...]) else {
                Issue.record("kind \(kind) answered an EXECUTE")
                continue
            }
        }
    }

    @Test func unfinishedMessagesAreNotInterrupted() {
        var channel = Build.busyChannel()
        #expect(channel.receive(Build.packet(kind: 66, body: [32], flags: 1)[...]) == .nothing)
        #expect(channel.receive(Build.result(nonce: Build.otherNonce)[...]) == .violation(.wrongNonce))
    }

    @Test func emptyContinuationsPoison() {
        var channel = Build.busyChannel()
        #expect(channel.receive(Build.packet(kind: 66, flags: 1)[...]) == .violation(.emptyContinuation))
    }

    @Test func aTrickleOfPacketsEnds() {
        var channel = Build.busyChannel()
        let trickle = Build.packet(kind: 66, body: [0], flags: 1)
        for _ in 0..<1_024 { #expect(channel.receive(trickle[...]) == .nothing) }
        #expect(channel.receive(trickle[...]) == .violation(.tooManyPackets))
    }

    @Test func aMessageHasALargestSize() {
        var channel = Build.busyChannel()
        let packet = Build.packet(kind: 66, body: [UInt8](repeating: 0, count: 65_512), flags: 1)
        for _ in 0..<256 { #expect(channel.receive(packet[...]) == .nothing) }
        #expect(channel.receive(packet[...]) == .violation(.messageTooLong))
    }

    @Test func recoveryPassesOverWhateverWasOnItsWay() throws {
        var channel = DriverChannel(recoveringWith: try nonce(Build.nonce), .repeat)
        #expect(channel.receive(Build.hello[...]) == .nothing)
        #expect(channel.receive(Build.packet(kind: 66, body: [9, 9], nonce: Build.otherNonce)[...]) == .nothing)
        #expect(channel.receive(Build.result()[...]) == .result(.init(status: .ok, value: "2")))
        #expect(channel.receive(Build.hello[...]) == .violation(.unsolicited(.hello)))
    }

    @Test func recoveryStillRefusesBrokenPackets() throws {
        var channel = DriverChannel(recoveringWith: try nonce(Build.nonce), .ping)
        #expect(channel.receive([1, 2][...]) == .violation(.packetTooShort(bytes: 2)))
    }

    @Test func recoveryIsStrictOnceItsAnswerHasBegun() throws {
        var channel = DriverChannel(recoveringWith: try nonce(Build.nonce), .repeat)
        #expect(channel.receive(Build.packet(kind: 66, body: [32], flags: 1)[...]) == .nothing)
        #expect(channel.receive(Build.result(nonce: Build.otherNonce)[...]) == .violation(.wrongNonce))
    }

    @Test func recoveryMayLearnThatNothingIsKnown() throws {
        var channel = DriverChannel(recoveringWith: try nonce(Build.nonce), .repeat)
        #expect(channel.receive(Build.packet(kind: 68)[...]) == .unknown)
        #expect(channel.isIdle)
    }
}
