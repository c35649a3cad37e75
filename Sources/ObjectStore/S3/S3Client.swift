// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import AsyncHTTPClient
import Blocking
import NIOCore
import NIOHTTP1
import NIOSSL

/// Signs and sends requests, and sends them again when that is safe and may help.
final class S3Client: Sendable {
    /// Below this throughput, in bytes a second, an upload is given up.
    private static let slowestUpload: Int64 = 256 * 1024
    private static let largestErrorDocument = 64 * 1024

    let endpoint: S3Endpoint
    private let location: String
    private let signer: S3RequestSigner
    private let credentials: S3CredentialProvider
    private let clock = ServerClock()
    private let policy: RetryPolicy
    private let idleTimeoutSeconds: Int64
    private let http: HTTPClient
    private let pool: BlockingPool

    init(_ configuration: S3Configuration, pool: BlockingPool) throws {
        endpoint = try S3Endpoint(configuration)
        location = "s3://\(configuration.bucket)"
        signer = S3RequestSigner(region: configuration.region)
        credentials = S3CredentialProvider(configuration.credentials, pool: pool)
        policy = RetryPolicy(attempts: configuration.attempts)
        idleTimeoutSeconds = configuration.idleTimeoutSeconds
        http = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: try HTTPClient.Configuration(s3: configuration))
        self.pool = pool
    }

    func shutdown() async {
        try? await http.shutdown()
    }

    func send(_ request: S3Request) async throws -> HTTPClientResponse {
        var attempt = 1
        var corrections: Set<S3Failure.Reaction> = []
        while true {
            let failure: S3Failure
            switch await once(request) {
            case .success(let response): return response
            case .failure(let error as S3Failure): failure = error
            case .failure(let error): throw error
            }
            let reaction = failure.reaction
            var isCorrected = false
            if corrections.insert(reaction).inserted { isCorrected = try await correct(reaction, failure) }
            guard isCorrected || (reaction == .retry && attempt < policy.attempts) else {
                throw failure.explained(request.action, at: location)
            }
            if !isCorrected { try await Task.sleep(for: policy.delay(afterAttempt: attempt)) }
            attempt += 1
        }
    }

    /// The URL that does `GET` on the key for whoever holds it.
    func presignedGet(_ key: ObjectKey, query: [(name: String, value: String)], expires: Int) async throws -> String {
        let path = endpoint.path(key)
        let signed = try signer.presignedQuery(
            method: "GET", path: path, query: query, headers: [("host", endpoint.host)], expires: expires,
            credentials: try await credentials.credentials(), time: clock.now())
        return endpoint.url(path: path, query: signed)
    }

    /// True when what made the store refuse has been put right, so that the request is worth sending at once.
    private func correct(_ reaction: S3Failure.Reaction, _ failure: S3Failure) async throws -> Bool {
        switch reaction {
        case .correctClock:
            return clock.learn(from: failure.date)
        case .renewCredentials:
            let old = try await credentials.credentials()
            return try await credentials.reload() != old
        case .retry, .giveUp:
            return false
        }
    }

    private func once(_ request: S3Request) async -> Result<HTTPClientResponse, any Error> {
        do {
            let response = try await http.execute(try await signed(request), deadline: deadline(request))
            let status = Int(response.status.code)
            if (200..<300).contains(status) || request.expected.contains(status) { return .success(response) }
            return .failure(await Self.failure(response))
        } catch let error as ObjectStoreError {
            return .failure(error)
        } catch let error as CancellationError {
            return .failure(error)
        } catch {
            return .failure(Task.isCancelled ? CancellationError() : S3Failure(transport: error))
        }
    }

    private func signed(_ request: S3Request) async throws -> HTTPClientRequest {
        let path = endpoint.path(request.key)
        let headers = try signer.sign(
            method: request.method.rawValue, path: path, headers: [("host", endpoint.host)] + request.headers,
            payloadHash: request.payloadHash, credentials: try await credentials.credentials(), time: clock.now())
        var message = HTTPClientRequest(url: endpoint.url(path: path))
        message.method = request.method
        message.headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
        if let body = request.body, body.size > 0 {
            let chunks = FileChunks(body.file, 0..<body.size, pool: pool)
            message.body = .stream(chunks, length: .known(body.size))
        }
        return message
    }

    /// How long the answer's head may take: the idle time and what a slow line needs for the body.
    private func deadline(_ request: S3Request) -> NIODeadline {
        let transfer = (request.body?.size ?? 0) / Self.slowestUpload
        return .now() + .seconds(idleTimeoutSeconds + transfer)
    }

    private static func failure(_ response: HTTPClientResponse) async -> S3Failure {
        let document = try? await response.body.collect(upTo: largestErrorDocument)
        return S3Failure(
            status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
            body: document.map { String(buffer: $0) } ?? "")
    }
}
