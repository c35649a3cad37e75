// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import ObjectStore
import Testing

/// The vectors in `Vectors/botocore.json`, written by `Vectors/generate.py`.
struct BotocoreVectors: Decodable {
    let accessKeyID: String
    let secretAccessKey: String
    let epochSeconds: Int64
    let cases: [Case]

    enum CodingKeys: String, CodingKey {
        case accessKeyID = "access_key_id"
        case secretAccessKey = "secret_access_key"
        case epochSeconds = "epoch_seconds"
        case cases
    }

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let kind: String
        let method: String
        let region: String
        let token: String?
        let path: String
        let encodedPath: String
        let query: [[String]]
        let headers: [[String]]
        let payloadHash: String
        let expires: Int?
        let expected: String

        enum CodingKeys: String, CodingKey {
            case name, kind, method, region, token, path, query, headers, expires, expected
            case encodedPath = "encoded_path"
            case payloadHash = "payload_hash"
        }

        var testDescription: String { name }
    }

    static func load() throws -> BotocoreVectors {
        let directory = URL(filePath: #filePath).deletingLastPathComponent()
        let data = try Data(contentsOf: directory.appending(path: "Vectors/botocore.json"))
        return try JSONDecoder().decode(BotocoreVectors.self, from: data)
    }

    func credentials(_ vector: Case) -> S3Credentials {
        S3Credentials(accessKeyID: accessKeyID, secretAccessKey: secretAccessKey, sessionToken: vector.token)
    }
}

/// `[["name", "value"], …]` as pairs.
func pairs(_ lists: [[String]]) -> [(name: String, value: String)] {
    lists.compactMap { $0.count == 2 ? ($0[0], $0[1]) : nil }
}
