// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI

/// What a cell says of its execution beyond what notebooks know.
struct CellMetadata: Encodable {
    private let execution: Execution

    init(_ execution: Execution) { self.execution = execution }

    private enum CodingKeys: String, CodingKey {
        case executionID = "execution_id"
        case state, status, verdict, checkpoint, artifacts
        case exitCode = "exit_code"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(execution.id, forKey: .executionID)
        try container.encode(execution.state, forKey: .state)
        try container.encode(execution.status, forKey: .status)
        try container.encode(execution.verdict, forKey: .verdict)
        try container.encode(execution.checkpoint, forKey: .checkpoint)
        try container.encode(execution.artifacts, forKey: .artifacts)
        try container.encode(execution.exitCode, forKey: .exitCode)
        try container.encode(execution.startedAt, forKey: .startedAt)
        try container.encode(execution.finishedAt, forKey: .finishedAt)
    }
}

extension Execution {
    /// What a reader of the notebook has to know: variables that are not what the cells above say.
    var remark: String? {
        guard let verdict, verdict.state != .preserved else { return nil }
        let limit = verdict.limit.map { " (\($0.name): \($0.value))" } ?? ""
        let what = verdict.state == .lost ? "the variables were lost" : "the variables went back to the last checkpoint"
        return "[cloister] \(verdict.cause.rawValue)\(limit): \(what).\n"
    }
}
