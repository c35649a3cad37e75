// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Synchronization

/// What has happened to executions and is not in the tables yet.
///
/// A transaction for each of the two changes that a short execution makes costs more than the execution. So they go to
/// a plain file first, which the death of a process leaves whole as well, and many of them together to the tables soon
/// afterwards. Two files take turns, so that nobody who writes waits for the tables.
final class ExecutionLog: Sendable {
    private struct State {
        var segments: [LogSegment]
        var current = 0
        /// Those of the current segment; after a failure of the tables those of both.
        var entries: [LogEntry] = []
        var bytes = 0
        var nextNumber: UInt64 = 1
        /// The last number of each session that has been asked for.
        var numbers: [String: Int64] = [:]
        var hasFailed = false
    }

    private let state: Mutex<State>
    private let folding = Mutex<Void>(())
    /// Whether the tables have everything, for those who only want to know that.
    private let isEmpty = Atomic<Bool>(true)

    /// Opens the files. What they hold is in `left`, in order, and is to be folded before anything else.
    init(path: String, left: inout [LogEntry]) throws(StateStoreError) {
        let segments = [try LogSegment(path: path + "-executions-0"), try LogSegment(path: path + "-executions-1")]
        let found = try segments[0].entries() + segments[1].entries()
        left = found.sorted { $0.number < $1.number }.map(\.entry)
        state = Mutex(State(segments: segments))
    }

    /// How much waits for the tables, in entries and in bytes.
    struct Backlog: Sendable {
        var entries: Int
        var bytes: Int
    }

    /// Writes the record with the next number of its session. Nil when that is not known: see `setNumber`.
    func begin(_ record: ExecutionRecord) throws(StateStoreError) -> (number: Int64, backlog: Backlog)? {
        try state.withLock { state throws(StateStoreError) in
            guard let last = state.numbers[record.sessionID] else { return nil }
            var record = record
            record.number = last + 1
            let backlog = try append(.begin(record), to: &state)
            state.numbers[record.sessionID] = record.number
            return (record.number, backlog)
        }
    }

    func finish(_ id: String, _ finish: ExecutionFinish) throws(StateStoreError) -> Backlog {
        try state.withLock { state throws(StateStoreError) in try append(.finish(id, finish), to: &state) }
    }

    /// `nil` forgets the session.
    func setNumber(_ number: Int64?, session: String) {
        state.withLock { $0.numbers[session] = number }
    }

    private func append(_ entry: LogEntry, to state: inout State) throws(StateStoreError) -> Backlog {
        try state.segments[state.current].append(entry.encoded(), number: state.nextNumber)
        state.nextNumber += 1
        state.entries.append(entry)
        state.bytes += entry.bytes
        isEmpty.store(false, ordering: .releasing)
        return Backlog(entries: state.entries.count, bytes: state.bytes)
    }

    /// Has `write` put everything that was logged before into the tables, and empties the file.
    func fold(_ write: ([LogEntry]) throws(StateStoreError) -> Void) throws(StateStoreError) {
        guard !isEmpty.load(ordering: .acquiring) else { return }
        try folding.withLock { _ throws(StateStoreError) in
            guard try !foldAfterFailure(write) else { return }
            let (entries, segment) = state.withLock { turn(&$0) }
            guard !entries.isEmpty else { return }
            do throws(StateStoreError) {
                try write(entries)
            } catch {
                state.withLock { state in
                    state.entries = entries + state.entries
                    state.hasFailed = true
                }
                throw error
            }
            // Nobody writes to this one now.
            try state.withLock { $0.segments[segment] }.truncate()
            state.withLock { state in
                state.segments[segment].reset()
                // Not before: who finds it set reads the tables.
                if state.entries.isEmpty { isEmpty.store(true, ordering: .releasing) }
            }
        }
    }

    private func turn(_ state: inout State) -> (entries: [LogEntry], segment: Int) {
        let segment = state.current
        guard !state.entries.isEmpty else { return ([], segment) }
        state.current = 1 - segment
        defer { (state.entries, state.bytes) = ([], 0) }
        return (state.entries, segment)
    }

    /// Both files hold something that the tables do not: nobody writes until they do. False when all was well before.
    private func foldAfterFailure(_ write: ([LogEntry]) throws(StateStoreError) -> Void) throws(StateStoreError) -> Bool
    {
        try state.withLock { state throws(StateStoreError) in
            guard state.hasFailed else { return false }
            try write(state.entries)
            (state.entries, state.bytes, state.hasFailed) = ([], 0, false)
            isEmpty.store(true, ordering: .releasing)
            try clear(&state)
            return true
        }
    }

    /// After the files' content has been folded.
    func clear() throws(StateStoreError) {
        try state.withLock { state throws(StateStoreError) in try clear(&state) }
    }

    private func clear(_ state: inout State) throws(StateStoreError) {
        for index in state.segments.indices {
            try state.segments[index].truncate()
            state.segments[index].reset()
        }
    }

    func close() {
        state.withLock { state in
            for segment in state.segments { segment.close() }
        }
    }
}
