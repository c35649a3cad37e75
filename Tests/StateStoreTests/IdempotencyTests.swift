// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import StateStore
import Testing

@Suite struct IdempotencyTests {
    private static let day = StateStore.idempotencyLifetime

    private let fixture: Fixture
    private var store: StateStore { fixture.store }
    private let request = makeRequest()
    private let answer = IdempotentAnswer(status: 201, headers: Data("{}".utf8), body: Data([1, 0, 2]))

    init() throws {
        fixture = try Fixture()
    }

    @Test func repeatsTheFirstAnswer() throws {
        #expect(try store.lookupIdempotent(request, now: 5) == .new)
        #expect(try store.beginIdempotent(request, now: 5) == .new)
        #expect(try store.beginIdempotent(request, now: 6) == .inProgress)
        try store.finishIdempotent(request, answer: answer)
        #expect(try store.beginIdempotent(request, now: 7) == .answered(answer))
        #expect(try store.lookupIdempotent(request, now: 7) == .answered(answer))
    }

    @Test(
        arguments: [
            Self.makeRequest(method: "DELETE"), Self.makeRequest(path: "/v1/other"), Self.makeRequest(body: hash(2)),
        ])
    func refusesTheKeyForAnotherRequest(_ other: IdempotentRequest) throws {
        _ = try store.beginIdempotent(request, now: 5)
        #expect(try store.beginIdempotent(other, now: 6) == .conflict)
        try store.finishIdempotent(request, answer: answer)
        #expect(try store.beginIdempotent(other, now: 6) == .conflict)
        #expect(try store.beginIdempotent(request, now: 6) == .answered(answer))
    }

    @Test func keysOfOtherPeersAreOtherKeys() throws {
        _ = try store.beginIdempotent(request, now: 5)
        #expect(try store.beginIdempotent(Self.makeRequest(uid: 1001), now: 5) == .new)
    }

    @Test func expiresAfterADay() throws {
        _ = try store.beginIdempotent(request, now: 5)
        try store.finishIdempotent(request, answer: answer)
        #expect(try store.lookupIdempotent(request, now: 4 + Self.day) == .answered(answer))
        #expect(try store.lookupIdempotent(request, now: 5 + Self.day) == .new)
        #expect(try store.purgeIdempotent(now: 4 + Self.day) == 0)
        #expect(try store.beginIdempotent(request, now: 5 + Self.day) == .new)
        #expect(try store.purgeIdempotent(now: 5 + Self.day + Self.day) == 1)
    }

    @Test func unansweredKeysBecomeFree() throws {
        _ = try store.beginIdempotent(request, now: 5)
        try store.abandonIdempotent(request)
        #expect(try store.beginIdempotent(request, now: 5) == .new)
        try store.finishIdempotent(request, answer: answer)
        try store.abandonIdempotent(request)
        #expect(try store.beginIdempotent(request, now: 5) == .answered(answer))
        _ = try store.beginIdempotent(Self.makeRequest(uid: 7), now: 5)
        #expect(try store.abandonUnansweredIdempotent() == 1)
        #expect(try store.beginIdempotent(Self.makeRequest(uid: 7), now: 5) == .new)
    }

    @Test func answerNeedsAReservation() throws {
        let error = #expect(throws: StateStoreError.self) { try store.finishIdempotent(request, answer: answer) }
        #expect(error?.code == .notFound)
    }

    private static func makeRequest(
        uid: UInt32 = 1000,
        method: String = "POST",
        path: String = "/v1/sessions",
        body: String = hash(1)
    ) -> IdempotentRequest {
        IdempotentRequest(peerUID: uid, key: "k-1", method: method, path: path, bodySHA256: body)
    }
}
