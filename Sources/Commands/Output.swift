// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import CloisterClient
import NIOCore

/// Results that are not text for people.
enum Output {
    /// One line of JSON.
    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try WireJSON.encode(value), as: UTF8.self) + "\n"
    }

    /// `-` is standard output.
    static func save(_ download: Download, to target: String) async throws {
        guard target != "-" else {
            for try await chunk in download { Console.standardOutput.write(chunk.readableBytesView) }
            return
        }
        let file = try LocalFile(writing: target)
        for try await chunk in download { try file.write(chunk) }
    }
}
