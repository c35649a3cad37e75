// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import FoundationEssentials
import StateStore

/// What a command's row holds.
struct StoredCommand: Codable, Sendable {
    var command: Command
    /// Records in the output log; with them every event has its number.
    var records: Int64 = 0
    /// Of the boot clock.
    var deadline: UInt64?
    var keepsStdinOpen: Bool
    /// The kernel has all of what standard input was to begin with.
    var isInputSent = false
    /// Where the counter stood when it began.
    var outOfMemoryKills: UInt64

    func encoded() throws -> Data { Data(try WireJSON.encode(self)) }

    /// The number is the row's.
    static func decode(_ record: CommandRecord) throws -> StoredCommand {
        var stored = try JSONDecoder().decode(StoredCommand.self, from: record.record)
        stored.command.number = Int(clamping: record.number)
        return stored
    }
}
