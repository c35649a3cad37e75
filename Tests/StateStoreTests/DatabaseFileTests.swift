// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import GRDB
import StateStore
import Testing

@Suite struct DatabaseFileTests {
    @Test func isPrivateAndInWriteAheadMode() throws {
        let scratch = try Scratch()
        let store = try StateStore(path: scratch.database)
        _ = try store.createSession(makeSession())
        for name in try scratch.files().keys {
            let attributes = try FileManager.default.attributesOfItem(atPath: scratch.path + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        #expect(try scratch.files().keys.contains("cloister.db-wal"))
        #expect(try store.integrityCheck().isEmpty)
    }

    @Test func keepsItsContentOverReopening() throws {
        let scratch = try Scratch()
        let store = try StateStore(path: scratch.database)
        _ = try store.createSession(makeSession(name: "chat"))
        try store.close()
        #expect(try scratch.files().keys.sorted() == ["cloister.db"])
        #expect(try StateStore(path: scratch.database).session(named: "chat")?.id == "ses_a_1")
    }

    @Test func closedStoreThrows() throws {
        let scratch = try Scratch()
        let store = try StateStore(path: scratch.database)
        try store.close()
        #expect(throws: StateStoreError.self) { try store.session("ses_a_1") }
        #expect(throws: StateStoreError.self) { try store.createSession(makeSession()) }
    }

    @Test func bringsTheFirstSchemaUpToDate() throws {
        let scratch = try Scratch()
        let store = try StateStore(path: scratch.database)
        _ = try store.createSession(makeSession(name: "chat"))
        try store.close()
        // What the later steps added.
        try execute(
            """
            ALTER TABLE sessions DROP COLUMN creation; ALTER TABLE sessions DROP COLUMN checkpoint;
            ALTER TABLE executions DROP COLUMN stdin; ALTER TABLE executions DROP COLUMN on_timeout;
            DROP TABLE commands;
            PRAGMA user_version = 1
            """, on: scratch.database)
        let upgraded = try StateStore(path: scratch.database)
        #expect(try upgraded.session(named: "chat")?.creation == nil)
        try upgraded.updateSession("ses_a_1", state: "ready", incarnation: 1, creation: Data("{}".utf8))
        #expect(try upgraded.session("ses_a_1")?.creation == Data("{}".utf8))
    }

    @Test func refusesANewerSchema() throws {
        let scratch = try Scratch()
        try StateStore(path: scratch.database).close()
        try execute("PRAGMA user_version = 999", on: scratch.database)
        let error = #expect(throws: StateStoreError.self) { try StateStore(path: scratch.database) }
        #expect(error?.code == .newerSchema)
        #expect(error?.message.contains("schema 999") == true)
    }

    @Test func refusesTheDatabaseOfAnotherProgram() throws {
        let scratch = try Scratch()
        try execute("CREATE TABLE theirs (id)", on: scratch.database)
        let error = #expect(throws: StateStoreError.self) { try StateStore(path: scratch.database) }
        #expect(error?.code == .corrupt)
        let isThere = try DatabaseQueue(path: scratch.database).read { try $0.tableExists("theirs") }
        #expect(isThere)
    }

    @Test func refusesAFileThatIsNoDatabaseAndLeavesIt() throws {
        let scratch = try Scratch()
        try Data("not a database, but precious".utf8).write(to: URL(filePath: scratch.database))
        let before = try scratch.files()
        let error = #expect(throws: StateStoreError.self) { try StateStore(path: scratch.database) }
        #expect(error?.code == .corrupt)
        #expect(error?.remedy.contains("aside") == true)
        #expect(try scratch.files() == before)
    }

    @Test func refusesAnEmptyFileBesideAFullLog() throws {
        let scratch = try Scratch()
        let store = try StateStore(path: scratch.database)
        _ = try store.createSession(makeSession())
        let log = try scratch.files()["cloister.db-wal"]
        let copy = try Scratch()
        try Data().write(to: URL(filePath: copy.database))
        try log?.write(to: URL(filePath: copy.database + "-wal"))
        let before = try copy.files()
        let error = #expect(throws: StateStoreError.self) { try StateStore(path: copy.database) }
        #expect(error?.code == .corrupt)
        #expect(try copy.files() == before)
        #expect(before["cloister.db-wal"]?.isEmpty == false)
    }

    @Test func findsDamageInsideTheFile() throws {
        let scratch = try Scratch()
        let store = try StateStore(path: scratch.database)
        _ = try store.createSession(makeSession())
        for number in 1...300 { _ = try store.insertExecution(makeExecution("exe_a_\(number)")) }
        try store.close()
        var bytes = try #require(try scratch.files()["cloister.db"])
        for page in stride(from: 4_096 * 8, to: bytes.count - 4_096, by: 4_096) {
            bytes.replaceSubrange(page..<page + 64, with: Data(repeating: 0xAA, count: 64))
        }
        try bytes.write(to: URL(filePath: scratch.database))
        let error = #expect(throws: StateStoreError.self) { try StateStore(path: scratch.database) }
        #expect(error?.code == .corrupt)
        #expect(try scratch.files()["cloister.db"] == bytes)
    }

    @Test func saysWhatToDoWithoutADirectory() throws {
        let error = #expect(throws: StateStoreError.self) { try StateStore(path: "/nonexistent/cloister.db") }
        #expect(error?.code == .cannotOpen)
        #expect(error?.cause == "No such file or directory")
    }

    @Test func doesNotFollowASymlink() throws {
        let scratch = try Scratch()
        try StateStore(path: scratch.path + "/real.db").close()
        try FileManager.default.createSymbolicLink(atPath: scratch.database, withDestinationPath: "real.db")
        let error = #expect(throws: StateStoreError.self) { try StateStore(path: scratch.database) }
        #expect(error?.code == .cannotOpen)
    }

    @Test func backupIsACompleteSeparateDatabase() throws {
        let scratch = try Scratch()
        let store = try StateStore(path: scratch.database)
        _ = try store.createSession(makeSession(name: "chat"))
        _ = try store.insertExecution(makeExecution("exe_a_1"))
        let copy = scratch.path + "/backup.db"
        try store.backup(to: copy)
        _ = try store.insertExecution(makeExecution("exe_a_2"))

        let names = try scratch.files().keys.filter { $0.hasPrefix("backup") }
        #expect(names == ["backup.db"])
        let restored = try StateStore(path: copy)
        #expect(try restored.session(named: "chat")?.executions == 1)
        #expect(try restored.integrityCheck().isEmpty)
        let error = #expect(throws: StateStoreError.self) { try store.backup(to: copy) }
        #expect(error?.code == .conflict)
    }

    @Test func logDoesNotGrowWithoutBound() throws {
        let scratch = try Scratch()
        let store = try StateStore(path: scratch.database)
        _ = try store.createSession(makeSession())
        for number in 1...6_000 { try store.touchSession("ses_a_1", at: Int64(number)) }
        for _ in 0..<4_000 { _ = try store.insertExecution(makeExecution("exe_a_\(UUID().uuidString.lowercased())")) }
        // Some 30,000 pages were written.
        let size = try #require(try scratch.files()["cloister.db-wal"]?.count)
        #expect(size < 32 << 20)
    }

    @Test func writersFromManyThreadsLoseNothing() async throws {
        let scratch = try Scratch()
        let store = try StateStore(path: scratch.database)
        _ = try store.createSession(makeSession())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for number in 0..<50 {
                        _ = try store.insertExecution(makeExecution("exe_\(writer)_\(number)"))
                        _ = try store.recordCapture(makeCapture([writer * 1_000 + number + 1]))
                    }
                }
            }
            try await group.waitForAll()
        }
        let session = try store.session("ses_a_1")
        #expect(session?.executions == 400)
        #expect(session?.artifacts == 400)
        #expect(try store.outboxCounts().pending == 400)
        #expect(try store.openExecutions().map(\.number) == Array(1...400))
    }
}
