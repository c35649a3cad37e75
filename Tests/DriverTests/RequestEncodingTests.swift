// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Driver
import Testing

@Suite struct RequestEncodingTests {
    private typealias Build = PacketBuilder

    @Test func executeIsOnePacketWithCodeAndNumber() throws {
        let nonce = try #require(Nonce(Build.nonce))
        let packets = try #require(DriverRequest.execute(code: "1+1", number: 7).packets(nonce: nonce))
        let body = Build.field(1, Array("1+1".utf8)) + Build.field(2, Build.bytes(UInt64(7)))
        #expect(packets == [Build.packet(kind: 1, body: body)])
    }

    @Test func repeatNamesItsTarget() throws {
        let nonce = try #require(Nonce(Build.nonce))
        let target = try #require(Nonce(Build.otherNonce))
        let packets = try #require(DriverRequest.repeat(target: target).packets(nonce: nonce))
        #expect(packets == [Build.packet(kind: 2, body: Build.field(3, Build.otherNonce))])
    }

    @Test func pingAndWarmHaveNoBody() throws {
        let nonce = try #require(Nonce(Build.nonce))
        #expect(DriverRequest.ping.packets(nonce: nonce) == [Build.packet(kind: 3)])
        #expect(DriverRequest.warm.packets(nonce: nonce) == [Build.packet(kind: 4)])
    }

    @Test(arguments: [0, 1, 65_511, 65_512, 65_513, 200_000])
    func longCodeIsCutIntoPacketsThatJoinAgain(count: Int) throws {
        let code = String(repeating: "x", count: count)
        let packets = try #require(DriverRequest.execute(code: code, number: 1).packets(nonce: .random()))
        #expect(packets.allSatisfy { $0.count <= 65_536 })
        #expect(packets.dropLast().allSatisfy { $0.count == 65_536 && $0[2] == 1 })
        #expect(packets.last?[2] == 0)
        let body = packets.flatMap { $0.dropFirst(24) }
        #expect(body == Build.field(1, Array(code.utf8)) + Build.field(2, Build.bytes(UInt64(1))))
    }

    @Test func codeBeyondTheMessageLimitIsRefused() {
        let code = String(repeating: "x", count: 16 << 20)
        #expect(DriverRequest.execute(code: code, number: 1).packets(nonce: .random()) == nil)
    }

    @Test func noncesKeepTheirBytes() throws {
        #expect(try #require(Nonce(Build.nonce)).bytes == Build.nonce)
        #expect(Nonce([1, 2, 3]) == nil)
        #expect(Nonce([UInt8](repeating: 0, count: 17)) == nil)
        #expect(Nonce.random() != Nonce.random())
    }
}
