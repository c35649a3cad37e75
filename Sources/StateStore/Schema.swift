// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import GRDB

/// The numbered steps that lead from an empty file to the schema this daemon works with.
struct Schema {
    /// "Clst": marks the file as ours.
    private static let applicationID: Int64 = 0x436c_7374
    /// Step n brings the file from version n - 1 to n. Published steps never change.
    private static let steps = [
        firstStep, "ALTER TABLE sessions ADD COLUMN creation BLOB",
        """
        ALTER TABLE executions ADD COLUMN stdin TEXT;
        ALTER TABLE executions ADD COLUMN on_timeout TEXT NOT NULL DEFAULT 'interrupt';
        ALTER TABLE sessions ADD COLUMN checkpoint TEXT NOT NULL DEFAULT 'auto';
        """,
        """
        CREATE TABLE commands (
            id TEXT PRIMARY KEY NOT NULL,
            session_id TEXT NOT NULL,
            number INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('running', 'finished')),
            record BLOB NOT NULL,
            UNIQUE (session_id, number)
        ) STRICT;
        CREATE INDEX commands_open ON commands (session_id) WHERE state <> 'finished';
        """,
    ]

    static var version: Int64 { Int64(steps.count) }

    let path: String

    func bringUpToDate(_ database: Database) throws {
        let version = try recognise(database)
        guard version < Self.version else { return }
        for (index, step) in Self.steps.enumerated().dropFirst(Int(version)) {
            try database.inTransaction(.immediate) {
                try database.execute(sql: step)
                try database.execute(sql: "PRAGMA user_version = \(index + 1)")
                try database.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
                return .commit
            }
        }
    }

    /// The file's version, when the file is new or ours and not from the future.
    private func recognise(_ database: Database) throws -> Int64 {
        let version = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let application = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let tables = try Int64.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        let isNew = version == 0 && application == 0 && tables == 0
        guard isNew || (application == Self.applicationID && version > 0) else {
            throw StateStoreError.corrupt(path: path, cause: "the database belongs to another program")
        }
        guard version <= Self.version else { throw newer(version) }
        return version
    }

    private func newer(_ version: Int64) -> StateStoreError {
        StateStoreError(
            .newerSchema,
            "the state database \(path) has schema \(version), this daemon knows schemas up to \(Self.version)",
            remedy: "start the newer Cloister that wrote it, or restore the backup made before the upgrade"
        )
    }
}
