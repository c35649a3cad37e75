// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import AsyncHTTPClient
import CloisterAPI
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix

/// Talks to a daemon over its Unix socket. Call `shutdown` when done.
package struct CloisterClient: Sendable {
    package let socketPath: String
    private let http: HTTPClient

    package init(socketPath: String) {
        self.socketPath = socketPath
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: .seconds(5))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        self.http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }

    package func shutdown() async {
        try? await self.http.shutdown()
    }

    /// `/v1/sessions/…` with its parts percent-encoded and a query.
    struct Target {
        var path: String
        var query: [(String, String)] = []

        init(_ parts: String..., query: [(String, String?)] = []) {
            self.path = parts.map { "/" + PercentEncoding.encode($0.utf8) }.joined()
            self.query = query.compactMap { name, value in value.map { (name, $0) } }
        }

        var text: String {
            guard !self.query.isEmpty else { return self.path }
            let pairs = self.query.map { "\($0)=\(PercentEncoding.encode($1.utf8).replacing("/", with: "%2F"))" }
            return self.path + "?" + pairs.joined(separator: "&")
        }
    }
}

/// Requests and answers of every kind.
extension CloisterClient {
    /// The answer when its status is 2xx or 3xx; everything else is thrown as `ClientError`.
    func send(
        _ method: HTTPMethod,
        _ target: Target,
        headers: HTTPHeaders = [:],
        body: HTTPClientRequest.Body? = nil
    ) async throws -> HTTPClientResponse {
        let host = PercentEncoding.encode(self.socketPath.utf8).replacing("/", with: "%2F")
        var request = HTTPClientRequest(url: "http+unix://\(host)\(target.text)")
        request.method = method
        request.headers = headers
        request.body = body
        let response: HTTPClientResponse
        do {
            response = try await self.http.execute(request, deadline: .distantFuture)
        } catch {
            throw ClientError(transport: error, socketPath: self.socketPath)
        }
        guard response.status.code < 400 else { throw try await Self.refusal(response) }
        return response
    }

    /// A presigned URL of the object store.
    func fetch(_ url: String) async throws -> HTTPClientResponse {
        do {
            let response = try await self.http.execute(HTTPClientRequest(url: url), deadline: .distantFuture)
            guard response.status == .ok else {
                throw ClientError.unexpectedAnswer("the object store answers \(response.status.code)")
            }
            return response
        } catch let error as ClientError {
            throw error
        } catch {
            throw ClientError.interrupted("\(error)")
        }
    }

    func sendJSON(
        _ method: HTTPMethod,
        _ target: Target,
        _ body: some Encodable,
        headers: HTTPHeaders = [:]
    ) async throws -> HTTPClientResponse {
        var headers = headers
        headers.replaceOrAdd(name: "content-type", value: "application/json")
        let data = try WireJSON.encode(body)
        return try await self.send(method, target, headers: headers, body: .bytes(ByteBuffer(bytes: data)))
    }

    func get<Value: Decodable>(_ target: Target) async throws -> Value {
        try await Self.decode(await self.send(.GET, target))
    }

    static func decode<Value: Decodable>(_ response: HTTPClientResponse) async throws -> Value {
        let body = try await self.collect(response)
        do {
            return try JSONDecoder().decode(Value.self, from: Data(body.readableBytesView))
        } catch {
            throw ClientError.unexpectedAnswer("\(error)")
        }
    }

    static func collect(_ response: HTTPClientResponse) async throws -> ByteBuffer {
        do {
            return try await response.body.collect(upTo: 256 << 20)
        } catch {
            throw ClientError.interrupted("\(error)")
        }
    }

    private static func refusal(_ response: HTTPClientResponse) async throws -> ClientError {
        let body = try await self.collect(response)
        guard let error = try? JSONDecoder().decode(ErrorBody.self, from: Data(body.readableBytesView)) else {
            return .unexpectedAnswer("status \(response.status.code)")
        }
        return .refused(error.error, status: Int(response.status.code))
    }

    /// The body of a GET as it came, for callers that pass JSON on.
    package func raw(_ path: String...) async throws -> [UInt8] {
        var target = Target()
        target.path = path.map { "/" + PercentEncoding.encode($0.utf8) }.joined()
        let body = try await Self.collect(await self.send(.GET, target))
        return Array(body.readableBytesView)
    }
}
