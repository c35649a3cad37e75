// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import ObjectStore

/// One directory of AWS's own signing test suite.
struct SigningSuiteCase: Sendable {
    let name: String
    let directory: URL
    let method: String
    let path: String
    let query: [(name: String, value: String)]
    let headers: [(name: String, value: String)]
    let body: String
    let context: Context

    struct Context: Decodable, Sendable {
        struct Keys: Decodable, Sendable {
            let accessKeyId: String
            let secretAccessKey: String
            let token: String?
        }
        let credentials: Keys
        let expirationInSeconds: Int
        let normalize: Bool
        let region: String
        let service: String
        let signBody: Bool
        let omitSessionToken: Bool?
    }

    init(_ directory: URL) throws {
        self.directory = directory
        name = directory.lastPathComponent
        let json = try Data(contentsOf: directory.appending(path: "context.json"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        context = try decoder.decode(Context.self, from: json)
        let text = try String(contentsOf: directory.appending(path: "request.txt"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let first = lines[0]
        method = String(first.prefix { $0 != " " })
        let target = String(first.dropFirst(method.count + 1).dropLast(" HTTP/1.1".count))
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = context.normalize ? Self.normalized(String(parts[0])) : String(parts[0])
        query = parts.count < 2 ? [] : Self.query(parts[1])
        let end = lines.firstIndex(of: "") ?? lines.count
        headers = Self.headers(lines[1..<end])
        body = lines.dropFirst(end + 1).joined(separator: "\n")
    }

    /// The token that takes part in the signature.
    var signedToken: String? {
        context.omitSessionToken == true ? nil : context.credentials.token
    }

    var credentials: S3Credentials {
        S3Credentials(
            accessKeyID: context.credentials.accessKeyId, secretAccessKey: context.credentials.secretAccessKey,
            sessionToken: signedToken)
    }

    func expected(_ file: String) throws -> String {
        try String(contentsOf: directory.appending(path: file), encoding: .utf8)
    }

    private static func query(_ text: Substring) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = parts.map { String($0).removingPercentEncoding ?? String($0) }
            return (decoded[0], decoded.count > 1 ? decoded[1] : "")
        }
    }

    /// A line that starts with a blank goes on with the header before it.
    private static func headers(_ lines: ArraySlice<String>) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        for line in lines {
            if line.hasPrefix(" "), let last = headers.popLast() {
                headers.append((last.name, last.value + "\n" + line))
            } else if let colon = line.firstIndex(of: ":") {
                headers.append((String(line[..<colon]), String(line[line.index(after: colon)...])))
            }
        }
        return headers
    }

    /// Most AWS services normalise paths and S3 does not, so that the product has no code for it.
    private static func normalized(_ path: String) -> String {
        var kept: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." { _ = kept.popLast() } else { kept.append(segment) }
        }
        let joined = "/" + kept.joined(separator: "/")
        return path.hasSuffix("/") && !kept.isEmpty ? joined + "/" : joined
    }
}
