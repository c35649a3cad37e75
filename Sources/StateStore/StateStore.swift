// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Dispatch
import GRDB
import Synchronization

/// The daemon's memory: sessions, the journal of executions, artifacts, the upload outbox and idempotency keys,
/// in one SQLite file in WAL mode.
///
/// Every method blocks for as long as SQLite does, so callers go through the blocking pool. Every method is one
/// transaction and throws `StateStoreError`. What is written survives the death of any process at once; a power cut
/// may take the last moments, except where a method says that it is durable.
package final class StateStore: Sendable {
    package let path: String
    let pool: DatabasePool
    private let log: WriteAheadLog
    private let checkpointer: Checkpointer
    let executionLog: ExecutionLog
    let foldQueue = DispatchQueue(label: "cloister.state.fold", qos: .utility)
    let foldMilliseconds: Int
    let isFoldDue = Atomic<Bool>(false)

    /// Opens the database, creating it (mode 0600) when there is none, and brings its schema up to date.
    ///
    /// Refused, and the files left as they are: a file that is damaged or not ours, and a newer schema.
    ///
    /// - Parameter foldMilliseconds: how long an execution may be in the log alone.
    package init(path: String, foldMilliseconds: Int = 100) throws(StateStoreError) {
        self.path = path
        self.foldMilliseconds = foldMilliseconds
        try DatabaseFile(path: path).prepare()
        var left: [LogEntry] = []
        do {
            pool = try DatabasePool(path: path, configuration: Self.configuration)
            try pool.writeWithoutTransaction { database in
                try Schema(path: path).bringUpToDate(database)
            }
            log = try WriteAheadLog(path: path + "-wal")
            checkpointer = try Checkpointer(path: path)
            executionLog = try ExecutionLog(path: path, left: &left)
        } catch let error as StateStoreError {
            throw error
        } catch {
            throw StateStoreError(error, path: path)
        }
        try refuseDamage()
        try apply(left)
        try executionLog.clear()
    }

    /// Closes the connections; SQLite folds its log into the file. Further calls throw.
    package func close() throws(StateStoreError) {
        try fold()
        foldQueue.sync {}
        executionLog.close()
        try translating {
            try pool.close()
            // The last connection folds the log, and GRDB closes a read-only one last.
            try checkpointer.close()
        }
    }

    /// Reads by one statement, which needs no transaction around it to see one state: that would cost as much again.
    func read<Value>(_ body: (Database) throws -> Value) throws(StateStoreError) -> Value {
        try translating { try pool.unsafeRead(body) }
    }

    func write<Value>(_ body: (Database) throws -> Value) throws(StateStoreError) -> Value {
        defer { checkpointer.noteCommit() }
        return try translating { try pool.write(body) }
    }

    /// A transaction that is on the disk when this returns, and with it everything written before.
    ///
    /// The log is synced after the commit and outside SQLite's write lock: callers that come together share one
    /// sync, and the journal of other sessions does not wait for the disk.
    func writeDurably<Value>(_ body: (Database) throws -> Value) throws(StateStoreError) -> Value {
        try fold()
        let value = try write(body)
        try translating { try log.sync() }
        return value
    }

    func translating<Value>(_ body: () throws -> Value) throws(StateStoreError) -> Value {
        do {
            return try body()
        } catch {
            throw StateStoreError(error, path: path)
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "cloister.state"
        configuration.maximumReaderCount = 2
        configuration.busyMode = .timeout(5)
        configuration.persistentReadOnlyConnections = true
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA synchronous = NORMAL;
                    PRAGMA wal_autocheckpoint = 4000;
                    PRAGMA cache_size = -2048;
                    PRAGMA journal_size_limit = 16777216;
                    PRAGMA trusted_schema = OFF;
                    """)
        }
        return configuration
    }
}
