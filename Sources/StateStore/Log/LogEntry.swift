// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation

/// What happened to an execution, as the execution log keeps it.
enum LogEntry: Sendable, Equatable {
    /// It was accepted and goes to its driver.
    case begin(ExecutionRecord)
    case finish(String, ExecutionFinish)

    /// About what it costs to keep.
    var bytes: Int {
        switch self {
        case .begin(let record): 512 + (record.code?.utf8.count ?? 0)
        case .finish(_, let finish): 512 + finish.result.count
        }
    }

    func encoded() -> [UInt8] {
        var writer = LogWriter()
        switch self {
        case .begin(let record):
            writer.byte(1)
            writer.text(record.id)
            writer.text(record.sessionID)
            writer.integer(record.number)
            writer.integer(record.incarnation)
            writer.bytes(record.nonce)
            writer.text(record.codeSHA256)
            writer.text(record.code ?? "")
            writer.integer(record.timeoutMilliseconds)
            writer.integer(record.createdAt)
            writer.integer(record.start?.startedAt ?? 0)
            writer.text(record.start?.bootID ?? "")
            writer.integer(record.start?.startedBoottime ?? 0)
            writer.integer(record.start?.deadlineBoottime ?? 0)
            writer.text(record.onTimeout)
        case .finish(let id, let finish):
            writer.byte(2)
            writer.text(id)
            writer.text(finish.status)
            writer.integer(finish.finishedAt)
            writer.integer(finish.incarnation)
            writer.bytes(finish.result)
        }
        return writer.content
    }

    /// `nil` for bytes that `encoded` does not make.
    init?(_ bytes: ArraySlice<UInt8>) {
        var reader = LogReader(bytes)
        switch reader.byte() {
        case 1: self.init(beginFrom: &reader)
        case 2: self.init(finishFrom: &reader)
        default: return nil
        }
        guard reader.isAtEnd else { return nil }
    }

    private init?(beginFrom reader: inout LogReader) {
        guard let id = reader.text(), let session = reader.text(), let number = reader.integer(),
            let incarnation = reader.integer(), let nonce = reader.bytes(), let hash = reader.text(),
            let code = reader.text(), let timeout = reader.integer(), let created = reader.integer(),
            let started = reader.integer(), let bootID = reader.text(), let boottime = reader.integer(),
            let deadline = reader.integer(), let onTimeout = reader.text()
        else { return nil }
        var record = ExecutionRecord(
            id: id, sessionID: session, incarnation: incarnation, nonce: Array(nonce), codeSHA256: hash, code: code,
            timeoutMilliseconds: timeout, onTimeout: onTimeout, createdAt: created,
            start: ExecutionStart(
                startedAt: started, bootID: bootID, startedBoottime: boottime, deadlineBoottime: deadline))
        record.number = number
        self = .begin(record)
    }

    private init?(finishFrom reader: inout LogReader) {
        guard let id = reader.text(), let status = reader.text(), let finished = reader.integer(),
            let incarnation = reader.integer(), let result = reader.bytes()
        else { return nil }
        self = .finish(
            id, ExecutionFinish(status: status, finishedAt: finished, incarnation: incarnation, result: Data(result)))
    }
}
