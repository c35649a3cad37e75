// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import FoundationEssentials
import GRDB

/// A command's row.
package struct CommandRecord: Sendable, Equatable {
    package enum State: String, Sendable {
        case running, finished
    }

    /// `cmd_<node>_<26 base32>`.
    package var id: String
    package var sessionID: String
    /// 1-based within the session; allotted by the store.
    package var number: Int64
    package var state: State
    /// What the supervisor wrote of it.
    package var record: Data

    package init(id: String, sessionID: String, number: Int64 = 0, state: State = .running, record: Data) {
        self.id = id
        self.sessionID = sessionID
        self.number = number
        self.state = state
        self.record = record
    }

    static let columns = "id, session_id, number, state, record"

    static func decode(_ columns: inout ColumnReader) throws -> CommandRecord {
        CommandRecord(
            id: try columns.next(), sessionID: try columns.next(), number: try columns.next(),
            state: try columns.nextCase(), record: try columns.next())
    }
}
