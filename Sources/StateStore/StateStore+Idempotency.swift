// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import GRDB

extension StateStore {
    /// How long an answer is kept: 24 hours, in milliseconds.
    package static let idempotencyLifetime: Int64 = 86_400_000

    /// Looks the request's key up and reserves it when it is new or has expired.
    package func beginIdempotent(
        _ request: IdempotentRequest,
        now: Int64
    ) throws(StateStoreError) -> IdempotencyLookup {
        try write { database in
            try database.run(
                "DELETE FROM idempotency WHERE peer_uid = ? AND key = ? AND created_at <= ?",
                [request.peerUID, request.key, now - Self.idempotencyLifetime])
            let found = try request.lookup(in: database)
            if found == .new { try request.reserve(now: now, in: database) }
            return found
        }
    }

    /// What is known of the key, without reserving it.
    package func lookupIdempotent(
        _ request: IdempotentRequest,
        now: Int64
    ) throws(StateStoreError) -> IdempotencyLookup {
        try read { try request.lookup(since: now - Self.idempotencyLifetime, in: $0) }
    }

    /// Keeps the answer to a request that `beginIdempotent` found new.
    package func finishIdempotent(
        _ request: IdempotentRequest,
        answer: IdempotentAnswer
    ) throws(StateStoreError) {
        try write { database in
            let count = try database.run(
                "UPDATE idempotency SET status = ?, headers = ?, body = ? WHERE peer_uid = ? AND key = ?",
                [answer.status, answer.headers, answer.body, request.peerUID, request.key])
            guard count > 0 else { throw StateStoreError.notReserved(request.key) }
        }
    }

    /// Frees the key of a request that was not carried out, so that it can be tried again.
    package func abandonIdempotent(_ request: IdempotentRequest) throws(StateStoreError) {
        let sql = "DELETE FROM idempotency WHERE peer_uid = ? AND key = ? AND status IS NULL"
        _ = try write { try $0.run(sql, [request.peerUID, request.key]) }
    }

    /// Frees every key without an answer: at start, since no request outlives its daemon. Returns how many.
    @discardableResult
    package func abandonUnansweredIdempotent() throws(StateStoreError) -> Int {
        try write { try $0.run("DELETE FROM idempotency WHERE status IS NULL") }
    }

    /// Drops the keys that have expired. Returns how many.
    @discardableResult
    package func purgeIdempotent(now: Int64) throws(StateStoreError) -> Int {
        try write { database in
            try database.run("DELETE FROM idempotency WHERE created_at <= ?", [now - Self.idempotencyLifetime])
        }
    }
}

extension IdempotentRequest {
    func lookup(since oldest: Int64 = .min, in database: Database) throws -> IdempotencyLookup {
        let sql = """
            SELECT method, path, body_sha256, status, headers, body FROM idempotency
            WHERE peer_uid = ? AND key = ? AND created_at > ?
            """
        return try database.first(sql, [peerUID, key, oldest]) { columns in
            let isSame = try [columns.next(), columns.next(), columns.next()] == [method, path, bodySHA256]
            guard isSame else { return .conflict }
            guard let status: Int64 = try columns.nextIfPresent() else { return .inProgress }
            let answer = IdempotentAnswer(status: status, headers: try columns.next(), body: try columns.next())
            return .answered(answer)
        } ?? .new
    }

    func reserve(now: Int64, in database: Database) throws {
        try database.run(
            """
            INSERT INTO idempotency (peer_uid, key, method, path, body_sha256, created_at) VALUES (?, ?, ?, ?, ?, ?)
            """,
            [peerUID, key, method, path, bodySHA256, now])
    }
}

extension StateStoreError {
    static func notReserved(_ key: String) -> StateStoreError {
        StateStoreError(
            .notFound,
            "idempotency key \(key) is not reserved",
            remedy: "begin the request before finishing it"
        )
    }
}
