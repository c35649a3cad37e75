// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Driver
import Testing

/// What a busy channel makes of one packet.
@Suite struct ReplyDecodingTests {
    private typealias Build = PacketBuilder

    private func event(_ packet: [UInt8]) -> DriverChannel.Event {
        var channel = Build.busyChannel()
        return channel.receive(packet[...])
    }

    private func violation(_ body: [UInt8]) -> DriverProtocolError? {
        guard case .violation(let error) = event(Build.result(body: body)) else { return nil }
        return error
    }

    @Test func fullResult() {
        let body =
            Build.field(32, [1]) + Build.field(33, Array("π".utf8)) + Build.field(34, Array("ValueError".utf8))
            + Build.field(35, Array("no".utf8)) + Build.field(36, Array("Traceback".utf8))
            + Build.field(37, Build.bytes(UInt64.max)) + Build.field(38, Build.bytes(Int32(-1)))
            + Build.mime("image/png", [0x89, 0x50]) + Build.mime("text/html", [])
        let claim = ExecutionClaim(
            status: .error, value: "π",
            failure: .init(type: "ValueError", message: "no", traceback: "Traceback"),
            wallNanoseconds: .max, exitCode: -1,
            mimeEntries: [.init(type: "image/png", data: [0x89, 0x50]), .init(type: "text/html", data: [])])
        #expect(event(Build.result(body: body)) == .result(claim))
    }

    @Test func resultInSeveralPackets() {
        var channel = Build.busyChannel()
        let body = Build.field(32, [0]) + Build.field(33, [UInt8](repeating: 0x61, count: 100_000))
        #expect(channel.receive(Build.packet(kind: 66, body: Array(body.prefix(5)), flags: 1)[...]) == .nothing)
        let middle = Array(body.dropFirst(5).prefix(65_512))
        #expect(channel.receive(Build.packet(kind: 66, body: middle, flags: 1)[...]) == .nothing)
        let last = Array(body.dropFirst(5 + 65_512))
        let value = String(repeating: "a", count: 100_000)
        #expect(channel.receive(Build.packet(kind: 66, body: last)[...]) == .result(.init(status: .ok, value: value)))
        #expect(channel.isIdle)
    }

    @Test func brokenHeaders() {
        #expect(event([]) == .violation(.packetTooShort(bytes: 0)))
        #expect(event([UInt8](repeating: 1, count: 23)) == .violation(.packetTooShort(bytes: 23)))
        #expect(
            event([UInt8](repeating: 1, count: 65_537)) == .violation(.packetTooLong(bytes: 65_537)))
        #expect(event(Build.packet(kind: 66, version: 2)) == .violation(.unsupportedVersion(2)))
        #expect(event(Build.packet(kind: 99)) == .violation(.unknownKind(99)))
        #expect(event(Build.packet(kind: 66, flags: 2)) == .violation(.unknownFlags(2)))
        for length in [UInt32(1), 1 << 31, .max] {
            let packet = Build.packet(kind: 66, length: length)
            #expect(event(packet) == .violation(.lengthMismatch(declared: length, actual: 0)))
        }
    }

    @Test func brokenFields() {
        #expect(violation([]) == .missingField(tag: 32))
        #expect(violation([1, 2, 3]) == .truncatedField)
        #expect(violation(Build.field(32, [0], length: 2)) == .truncatedField)
        #expect(violation(Build.field(32, [0], length: .max)) == .truncatedField)
        #expect(violation(Build.field(32, [0], reserved: 1)) == .reservedBits(tag: 32))
        #expect(violation(Build.field(32, [4])) == .badField(tag: 32))
        #expect(violation(Build.field(32, [0, 0])) == .badField(tag: 32))
        #expect(violation(Build.field(32, [0]) + Build.field(32, [0])) == .repeatedField(tag: 32))
        #expect(violation(Build.okBody + Build.field(1, [])) == .unknownField(tag: 1))
        #expect(violation(Build.okBody + Build.field(16, [])) == .unknownField(tag: 16))
        #expect(violation(Build.okBody + Build.field(999, [])) == .unknownField(tag: 999))
        #expect(violation(Build.field(32, [0]) + Build.field(33, [0xff])) == .badField(tag: 33))
        // A lone surrogate, as Python's surrogatepass would write it.
        #expect(violation(Build.field(32, [0]) + Build.field(35, [0xed, 0xa0, 0x80])) == .badField(tag: 35))
        #expect(violation(Build.okBody + Build.field(37, [1])) == .badField(tag: 37))
        #expect(violation(Build.okBody + Build.field(38, [1, 2, 3, 4, 5])) == .badField(tag: 38))
    }

    @Test func brokenMIMEEntries() {
        #expect(violation(Build.okBody + Build.field(48, [])) == .badField(tag: 48))
        #expect(violation(Build.okBody + Build.field(48, [5, 0, 0x61])) == .badField(tag: 48))
        #expect(violation(Build.okBody + Build.mime("", [1])) == .badField(tag: 48))
        #expect(violation(Build.okBody + Build.mime("text/plain\r\nX: y", [])) == .badField(tag: 48))
        #expect(violation(Build.okBody + Build.mime(String(repeating: "a", count: 256), [])) == .badField(tag: 48))
        let many = (0..<1_024).flatMap { _ in Build.mime("a/b", []) }
        #expect(violation(Build.okBody + many) == .tooManyFields)
    }

    @Test func pongCarriesNothing() {
        var channel = DriverChannel()
        _ = channel.receive(Build.hello[...])
        let begun = channel.begin(Nonce(Build.nonce) ?? .zero, .ping)
        #expect(begun)
        let event = channel.receive(Build.packet(kind: 67, body: Build.field(32, [0]))[...])
        #expect(event == .violation(.unknownField(tag: 32)))
    }
}
