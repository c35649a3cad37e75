// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import Blocking
import CloisterAPI
import Platform

/// One reader of the events of an execution or a command, past and coming. It reads from the log at its own pace and holds one batch at
/// a time, so that a reader that is slow or gone costs nothing.
package actor EventReader<Subject: FeedSubject> {
    private static var batchBytes: Int { 256 << 10 }

    private let feed: Feed<Subject>
    private let blocking: BlockingPool
    /// The next event to give out.
    private var sequence: Int64 = 1
    /// Events up to this one are passed over.
    private let after: Int64
    private var log: LogReader?
    private var isEnded = false

    /// The first event is `started`; chunks of output follow from number 2.
    private static var firstChunk: Int64 { 2 }

    package init(_ feed: Feed<Subject>, after: Int64, blocking: BlockingPool) {
        self.feed = feed
        self.after = max(0, after)
        self.blocking = blocking
    }

    /// What there is, at least one event; nil after the result.
    package func next() async throws -> [Subject.Event]? {
        while !isEnded {
            let snapshot = feed.snapshot
            let batch = try await batch(snapshot).filter { $0.sequence > after }
            if !batch.isEmpty { return batch }
            if isEnded { break }
            let (sequence, length) = (sequence, snapshot.progress?.length ?? 0)
            try await feed.wait { now in
                now.outcome != nil || (now.progress?.length ?? 0) > length || (now.isStarted && sequence == 1)
            }
        }
        return nil
    }

    private func batch(_ snapshot: Feed<Subject>.Snapshot) async throws -> [Subject.Event] {
        guard snapshot.isStarted else { return [] }
        var events: [Subject.Event] = []
        if sequence == 1 { events.append(numbered(Subject.started(feed.id, in: feed.session))) }
        let chunks = try await chunks(snapshot)
        events += chunks
        guard chunks.isEmpty, let outcome = snapshot.outcome else { return events }
        isEnded = true
        return events + (try outcome.get()).endings.map { numbered($0) }
    }

    /// The next batch of output, empty when all that is in the log has been given out.
    private func chunks(_ snapshot: Feed<Subject>.Snapshot) async throws -> [Subject.Event] {
        guard let progress = snapshot.progress, sequence - Self.firstChunk < progress.records else { return [] }
        let reader = log ?? LogReader(file: progress.file)
        let toSkip = max(0, after - sequence + 1)
        let read = try await blocking.run { try Self.read(reader, toSkip: toSkip, limit: progress.length) }
        log = read.reader
        sequence += read.skipped
        return read.entries.map { numbered($0) }
    }

    private static func read(
        _ reader: LogReader, toSkip: Int64, limit: Int64
    ) throws -> (reader: LogReader, skipped: Int64, entries: [Subject.Content]) {
        var reader = reader
        var skipped: Int64 = 0
        while skipped < toSkip, try reader.skip(limit: limit) { skipped += 1 }
        var entries: [Subject.Content] = []
        var bytes = 0
        while bytes < batchBytes, let entry = try reader.next(limit: limit) {
            switch entry {
            case .chunk(let chunk):
                entries.append(Subject.output(chunk))
                bytes += chunk.bytes.count + 64
            case .display(let frame, let stdout, let stderr):
                let display = Display(frame, stdoutOffset: stdout, stderrOffset: stderr)
                if let content = Subject.display(display) { entries.append(content) }
                bytes += frame.count
            }
        }
        return (reader, skipped, entries)
    }

    private func numbered(_ content: Subject.Content) -> Subject.Event {
        defer { sequence += 1 }
        return Subject.event(sequence, content)
    }
}
