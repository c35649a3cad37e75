// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import FoundationEssentials
import GRDB

extension StateStore {
    /// Journals an accepted command. Returns its number within the session.
    package func insertCommand(_ record: CommandRecord) throws(StateStoreError) -> Int64 {
        try fold()
        return try write { database in
            let used = try database.run(
                "UPDATE sessions SET last_activity_at = last_activity_at WHERE id = ? AND deleted_at IS NULL",
                [record.sessionID])
            guard used > 0 else { throw StateStoreError.noSession(record.sessionID) }
            let number: Int64 =
                try database.first(
                    "SELECT coalesce(max(number), 0) + 1 FROM commands WHERE session_id = ?", [record.sessionID]
                ) { try $0.next() } ?? 1
            try database.run(
                "INSERT INTO commands (\(CommandRecord.columns)) VALUES (?, ?, ?, ?, ?)",
                [record.id, record.sessionID, number, record.state.rawValue, record.record])
            return number
        }
    }

    /// Writes what is new of a command that runs; false when it has finished.
    @discardableResult
    package func updateCommand(_ id: String, record: Data) throws(StateStoreError) -> Bool {
        try write { database in
            try database.run("UPDATE commands SET record = ? WHERE id = ? AND state = 'running'", [record, id]) > 0
        }
    }

    /// Writes the end of a command; false when it had finished before.
    @discardableResult
    package func finishCommand(_ id: String, record: Data) throws(StateStoreError) -> Bool {
        try write { database in
            try database.run(
                "UPDATE commands SET state = 'finished', record = ? WHERE id = ? AND state = 'running'", [record, id])
                > 0
        }
    }

    package func command(_ id: String) throws(StateStoreError) -> CommandRecord? {
        try read { database in
            try database.first(
                "SELECT \(CommandRecord.columns) FROM commands WHERE id = ?", [id], CommandRecord.decode)
        }
    }

    /// A session's commands by their number.
    package func commands(
        session: String, after cursor: Cursor? = nil, limit: Int
    ) throws(StateStoreError) -> Page<CommandRecord> {
        try cursor?.require(.commands)
        return try read { database in
            try Page.fetch(
                limit: limit,
                cursor: { Cursor(list: .commands, order: $0.number) },
                rows: { count in
                    try database.all(
                        """
                        SELECT \(CommandRecord.columns) FROM commands WHERE session_id = ? AND number > ?
                        ORDER BY number LIMIT ?
                        """,
                        [session, cursor?.order ?? 0, count], CommandRecord.decode)
                }
            )
        }
    }

    /// Commands that have not finished: for recovery.
    package func openCommands() throws(StateStoreError) -> [CommandRecord] {
        try read { database in
            try database.all(
                "SELECT \(CommandRecord.columns) FROM commands WHERE state <> 'finished' ORDER BY session_id, number",
                [], CommandRecord.decode)
        }
    }
}
