// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import FoundationEssentials

/// The result column of a finished execution. Displays stay in the output log.
struct StoredResult: Codable {
    var execution: Execution
    /// Records in the output log; with them every event of the execution has its number.
    var records: Int64
    var displays: Int?

    init(execution: Execution, records: Int64) {
        self.execution = execution
        self.records = records
        if !execution.displays.isEmpty { displays = execution.displays.count }
        self.execution.displays = []
    }

    func encoded() throws -> Data { Data(try WireJSON.encode(self)) }

    static func decode(_ data: Data) throws -> StoredResult { try JSONDecoder().decode(StoredResult.self, from: data) }
}
