// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
package import CloisterAPI
import FoundationEssentials
import Logging
import ObjectStore
import StateStore

extension SessionManager: SessionService {
    package func beginIdempotent(
        _ request: CloisterAPI.IdempotentRequest
    ) async throws -> CloisterAPI.IdempotencyLookup {
        let (store, stored) = (core.journal.store, StoredIdempotentRequest(request))
        let found = try await core.blocking.run { try store.beginIdempotent(stored, now: WallClock.now()) }
        switch found {
        case .new: return .fresh
        case .answered(let answer): return .recorded(try answer.forCaller())
        case .inProgress, .conflict: throw CloisterError.idempotencyConflict(request.key)
        }
    }

    package func finishIdempotent(
        _ request: CloisterAPI.IdempotentRequest, answer: CloisterAPI.IdempotentAnswer
    ) async {
        let (store, stored) = (core.journal.store, StoredIdempotentRequest(request))
        do {
            let answer = try StoredIdempotentAnswer(answer)
            try await uncancelled { try store.finishIdempotent(stored, answer: answer) }
        } catch {
            core.logger.error("cannot keep an idempotent answer", metadata: ["error": "\(error)"])
        }
    }

    package func abandonIdempotent(_ request: CloisterAPI.IdempotentRequest) async {
        let (store, stored) = (core.journal.store, StoredIdempotentRequest(request))
        do {
            try await uncancelled { try store.abandonIdempotent(stored) }
        } catch {
            core.logger.error("cannot free an idempotency key", metadata: ["error": "\(error)"])
        }
    }

    /// Also when the caller is gone and its task with it.
    private func uncancelled(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await Task { try await core.blocking.run(body) }.value
    }
}

extension StoredIdempotentRequest {
    fileprivate init(_ request: CloisterAPI.IdempotentRequest) {
        self.init(
            peerUID: request.uid, key: request.key, method: request.method, path: request.path,
            bodySHA256: request.bodySHA256.map { Self.hex($0) }.joined())
    }

    private static func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return byte < 16 ? "0" + text : text
    }
}

extension StoredIdempotentAnswer {
    fileprivate init(_ answer: CloisterAPI.IdempotentAnswer) throws {
        self.init(
            status: Int64(answer.status), headers: try JSONEncoder().encode(answer.headers), body: Data(answer.body))
    }

    fileprivate func forCaller() throws -> CloisterAPI.IdempotentAnswer {
        CloisterAPI.IdempotentAnswer(
            status: Int(clamping: status), headers: try JSONDecoder().decode([String: String].self, from: headers),
            body: Array(body))
    }
}
