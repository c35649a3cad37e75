// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Driver
import Testing

@Suite struct InspectionTests {
    private typealias Build = PacketBuilder

    private func event(_ body: [UInt8]) -> DriverChannel.Event {
        var channel = DriverChannel()
        _ = channel.receive(Build.hello[...])
        _ = channel.begin(Nonce(Build.nonce) ?? .zero, .inspect)
        return channel.receive(Build.packet(kind: 70, body: body)[...])
    }

    private func violation(_ body: [UInt8]) -> DriverProtocolError? {
        guard case .violation(let error) = event(body) else { return nil }
        return error
    }

    private func text(_ tag: UInt16, _ text: String) -> [UInt8] { Build.field(tag, Array(text.utf8)) }

    private func variable(_ more: [UInt8] = [], tag: UInt16 = 100) -> [UInt8] {
        Build.field(
            tag, text(112, "x") + Build.field(113, [0]) + text(114, "list") + text(119, "[1]") + more)
    }

    @Test func aListOfVariables() {
        let more =
            Build.field(115, Build.bytes(UInt64(1))) + Build.field(116, Build.bytes(UInt64(3)) + Build.bytes(UInt64(4)))
            + text(117, "int64") + Build.field(118, Build.bytes(UInt64.max)) + Build.field(120, [1])
        let body = Build.field(96, [0]) + Build.field(98, Build.bytes(UInt32(9))) + Build.field(99, [1])
        guard case .inspected(let claim) = event(body + variable(more) + variable()) else {
            Issue.record("not decoded")
            return
        }
        #expect(claim.isFound && claim.hasMore && !claim.isCut && claim.total == 9)
        #expect(claim.variables.count == 2)
        let first = claim.variables.first
        #expect(first?.shape == [3, 4] && first?.length == 1 && first?.bytes == .max && first?.isPreviewCut == true)
        #expect(first?.dtype == "int64" && first?.kind == .variable && first?.preview == "[1]")
    }

    @Test func detailsAndMatches() {
        let details =
            Build.field(121, [1, 0] + Array("aint64".utf8)) + variable(tag: 122) + text(123, "head")
            + text(124, "(a)") + text(128, "/f.py")
        let body = variable(details) + Build.field(101, [3, 0] + Array("lenfunction".utf8))
        guard case .inspected(let claim) = event(body + Build.field(102, Build.bytes(UInt32(4)))) else {
            Issue.record("not decoded")
            return
        }
        let found = claim.variables.first?.details
        #expect(found?.columns == [.init(text: "a", type: "int64")])
        #expect(found?.items.map(\.name) == ["x"])
        #expect(found?.head == "head" && found?.signature == "(a)" && found?.file == "/f.py" && found?.source == nil)
        #expect(claim.matches == [.init(text: "len", type: "function")])
        #expect(claim.start == 4 && claim.end == nil)
    }

    @Test func brokenAnswers() {
        #expect(violation(Build.field(96, [2])) == .badField(tag: 96))
        #expect(violation(Build.field(96, [])) == .badField(tag: 96))
        #expect(violation(Build.field(32, [0])) == .unknownField(tag: 32))
        #expect(violation(Build.field(100, [])) == .missingField(tag: 113))
        #expect(violation(variable(Build.field(116, [1, 2, 3]))) == .badField(tag: 116))
        #expect(violation(variable(Build.field(116, [UInt8](repeating: 0, count: 520)))) == .badField(tag: 116))
        #expect(violation(variable(Build.field(115, [1]))) == .badField(tag: 115))
        #expect(violation(variable(Build.field(113, [0]))) == .repeatedField(tag: 113))
        #expect(violation(variable(variable())) == .unknownField(tag: 100))
        // An item with items: depth ends there.
        #expect(violation(variable(variable(variable(tag: 122), tag: 122))) == .unknownField(tag: 122))
        #expect(violation(Build.field(101, [9, 0, 1])) == .badField(tag: 101))
        #expect(violation(Build.field(101, [1, 0, 0xff])) == .badField(tag: 101))
        #expect(violation(variable(text(119, "again"))) == .repeatedField(tag: 119))
    }

    @Test func bounds() {
        let item = variable(tag: 122)
        #expect(violation(variable((0..<21).flatMap { _ in item })) == .badField(tag: 122))
        #expect(violation((0..<1_001).flatMap { _ in variable() }) == .badField(tag: 100))
    }

    @Test func otherAnswersAreNone() {
        var channel = Build.busyChannel()
        #expect(channel.receive(Build.packet(kind: 70)[...]) == .violation(.unsolicited(.inspected)))
    }

    @Test func requests() throws {
        let nonce = try #require(Nonce(Build.nonce))
        let request = InspectionRequest(.complete, "le", cursor: 2, limit: 50, milliseconds: 1_000)
        let body =
            Build.field(7, [2]) + text(1, "le") + Build.field(8, Build.bytes(UInt32(2)))
            + Build.field(9, Build.bytes(UInt32(50))) + Build.field(10, Build.bytes(UInt32(1_000)))
        #expect(DriverRequest.inspect(request).packets(nonce: nonce) == [Build.packet(kind: 6, body: body)])
    }
}
