// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import COpenSSL
import CloisterAPI
import HTTPTypes
import Hummingbird
import NIOCore

/// Gives the first answer again when a mutating request is repeated with the same `Idempotency-Key`.
///
/// Only successes are kept: a failed request changed nothing and may be tried again.
struct Idempotency: Sendable {
    private let service: any SessionService

    init(service: any SessionService) {
        self.service = service
    }

    /// `body` is what makes two requests the same, besides method and path.
    func answer(
        _ request: Request,
        _ context: ServerContext,
        body: ByteBuffer?,
        _ perform: () async throws -> Answer
    ) async throws -> Response {
        guard let claim = try Self.request(request, context, body: body) else {
            return try await perform().response
        }
        if case .recorded(let answer) = try await self.service.beginIdempotent(claim) {
            return Answer(answer).response
        }
        do {
            let answer = try await perform()
            await self.service.finishIdempotent(claim, answer: answer.recorded)
            return answer.response
        } catch {
            await self.service.abandonIdempotent(claim)
            throw error
        }
    }

    /// `nil` without the header.
    static func request(_ request: Request, _ context: ServerContext, body: ByteBuffer?) throws -> IdempotentRequest? {
        guard let key = request.headers[.idempotencyKey] else { return nil }
        guard (1...128).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CloisterError.invalid(
                "The Idempotency-Key is not 1 to 128 visible ASCII characters.", remedy: "Send a UUID, for example."
            )
        }
        return IdempotentRequest(
            uid: context.caller.uid, key: key, method: request.method.rawValue, path: request.uri.path,
            bodySHA256: try Self.digest(body ?? ByteBuffer())
        )
    }

    private static func digest(_ buffer: ByteBuffer) throws -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let result = buffer.withUnsafeReadableBytes { bytes in
            EVP_Digest(bytes.baseAddress, bytes.count, &digest, nil, EVP_sha256(), nil)
        }
        guard result == 1 else { throw DigestFailure() }
        return digest
    }

    private struct DigestFailure: Error {}
}
