// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Dispatch
import GRDB
import Synchronization

/// The fast path of short executions: by the log, and to the tables together with others.
extension StateStore {
    /// Larger ones go to the tables at once.
    private static let largestInLog = 256 << 10
    /// Folded without waiting for the next time.
    private static let largestBacklog = ExecutionLog.Backlog(entries: 256, bytes: 1 << 20)

    /// Journals an execution that begins now, and returns its number within the session. As `insertExecution`, but for
    /// one caller at a time, and without looking for an idempotency key, which it must not have.
    package func beginExecution(_ record: ExecutionRecord) throws(StateStoreError) -> Int64 {
        guard record.idempotency == nil, record.start != nil, record.stdin == nil,
            (record.code?.utf8.count ?? 0) <= Self.largestInLog
        else {
            return try insertExecution(record).number
        }
        if let (number, backlog) = try executionLog.begin(record) {
            foldSoon(backlog)
            return number
        }
        let number = try insertExecution(record).number
        executionLog.setNumber(number, session: record.sessionID)
        return number
    }

    /// Writes the result of an execution. As `finishExecution`, but nothing is said of one that has ended already.
    package func endExecution(_ id: String, _ finish: ExecutionFinish) throws(StateStoreError) {
        guard finish.result.count <= Self.largestInLog else { return try finishExecution(id, finish) }
        foldSoon(try executionLog.finish(id, finish))
    }

    /// Brings the tables up to date with the log. Every method that looks at executions does so first.
    func fold() throws(StateStoreError) {
        try executionLog.fold { entries throws(StateStoreError) in try apply(entries) }
    }

    func apply(_ entries: [LogEntry]) throws(StateStoreError) {
        try write { try ExecutionFold(entries).apply(to: $0) }
    }

    private func foldSoon(_ backlog: ExecutionLog.Backlog) {
        let isLarge = backlog.entries >= Self.largestBacklog.entries || backlog.bytes >= Self.largestBacklog.bytes
        guard isLarge || !isFoldDue.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let fold: @Sendable () -> Void = { [weak self] in
            self?.isFoldDue.store(false, ordering: .releasing)
            // What fails here is tried again by whoever looks next, and told to them.
            try? self?.fold()
        }
        if isLarge {
            foldQueue.async(execute: fold)
        } else {
            foldQueue.asyncAfter(deadline: .now() + .milliseconds(foldMilliseconds), execute: fold)
        }
    }
}

/// Entries of the log on their way to the tables. Entries that the tables have already change nothing.
struct ExecutionFold {
    private let entries: [LogEntry]
    private var finishes: [String: ExecutionFinish] = [:]

    init(_ entries: [LogEntry]) {
        self.entries = entries
        for case .finish(let id, let finish) in entries where finishes[id] == nil { finishes[id] = finish }
    }

    func apply(to database: Database) throws {
        var sessions: [String: (number: Int64, time: Int64)] = [:]
        var inserted: Set<String> = []
        for case .begin(let record) in entries {
            let known = sessions[record.sessionID] ?? (0, 0)
            sessions[record.sessionID] = (max(known.number, record.number), max(known.time, record.createdAt))
            if try record.ended(by: finishes[record.id]).insertIfNew(into: database) { inserted.insert(record.id) }
        }
        for (id, finish) in finishes where !inserted.contains(id) {
            try ExecutionRecord.finishIfOpen(id, finish, in: database)
        }
        for (id, last) in sessions {
            try database.run(
                """
                UPDATE sessions SET executions = max(executions, ?), last_activity_at = max(last_activity_at, ?)
                WHERE id = ?
                """,
                [last.number, last.time, id])
        }
    }
}

extension ExecutionRecord {
    fileprivate func ended(by finish: ExecutionFinish?) -> ExecutionRecord {
        guard let finish else { return self }
        var record = self
        (record.state, record.stdin) = (.finished, nil)
        (record.status, record.finishedAt) = (finish.status, finish.finishedAt)
        (record.incarnation, record.result) = (finish.incarnation, finish.result)
        return record
    }
}
