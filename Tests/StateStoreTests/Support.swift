// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import GRDB
import StateStore

/// A directory that is gone after the test.
final class Scratch: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "cloister-state-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path(percentEncoded: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var database: String { path + "/cloister.db" }

    func files() throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            contents[name] = try Data(contentsOf: URL(filePath: path + "/" + name))
        }
        return contents
    }
}

/// A store of its own for each test.
struct Fixture: Sendable {
    let scratch: Scratch
    let store: StateStore

    init(foldMilliseconds: Int = 100) throws {
        scratch = try Scratch()
        store = try StateStore(path: scratch.database, foldMilliseconds: foldMilliseconds)
    }
}

func makeSession(_ id: String = "ses_a_1", name: String? = nil, createdAt: Int64 = 1_000) -> SessionRecord {
    SessionRecord(
        id: id,
        key: (0..<16).map { _ in UInt8.random(in: 0...255) },
        name: name,
        image: "python-minimal",
        storage: "pool",
        limits: Data(#"{"pids":64}"#.utf8),
        metadata: Data("{}".utf8),
        ownerUID: 4_294_967_294,
        state: "ready",
        createdAt: createdAt
    )
}

func makeExecution(
    _ id: String,
    session: String = "ses_a_1",
    start: ExecutionStart? = nil,
    idempotency: String? = nil
) -> ExecutionRecord {
    ExecutionRecord(
        id: id,
        sessionID: session,
        incarnation: 1,
        nonce: Array(0..<16),
        codeSHA256: String(repeating: "c", count: 64),
        code: "print('ü')",
        timeoutMilliseconds: 120_000,
        createdAt: 2_000,
        start: start,
        idempotency: idempotency
    )
}

let someStart = ExecutionStart(startedAt: 2_001, bootID: "boot", startedBoottime: 5, deadlineBoottime: .max)

func makeFinish(_ status: String = "ok") -> ExecutionFinish {
    ExecutionFinish(status: status, finishedAt: 3_000, incarnation: 2, result: Data([0, 255, 1]))
}

func hash(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 64 - digits.count) + digits
}

func makeArtifact(_ number: Int, execution: String = "exe_a_1", path: [UInt8]? = nil) -> ArtifactRecord {
    ArtifactRecord(
        sessionID: "ses_a_1",
        executionID: execution,
        path: path ?? Array("chart-\(number).png".utf8),
        sha256: hash(number),
        size: Int64(number),
        mime: "image/png",
        state: .captured,
        createdAt: 4_000
    )
}

func makeUpload(_ number: Int, spool: String? = nil, due: Int64 = 0) -> OutboxRecord {
    OutboxRecord(
        sha256: hash(number),
        size: Int64(number),
        mime: "image/png",
        spoolName: spool ?? "spool-\(number)",
        nextAttemptAt: due
    )
}

func makeCapture(_ numbers: [Int], execution: String = "exe_a_1") -> CaptureRecord {
    CaptureRecord(
        sessionID: "ses_a_1",
        artifacts: numbers.map { makeArtifact($0, execution: execution) },
        uploads: numbers.map { makeUpload($0) }
    )
}

/// Changes the file behind the store's back.
func execute(_ sql: String, on path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    try queue.close()
}
