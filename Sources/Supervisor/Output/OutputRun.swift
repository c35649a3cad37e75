// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Platform

/// How much of each stream is kept.
package struct OutputLimits: Sendable {
    package var headBytes: Int
    package var tailBytes: Int
    /// In the log; what is beyond is dropped.
    package var logBytes: Int64

    package init(headBytes: Int = 64 << 10, tailBytes: Int = 64 << 10, logBytes: Int64 = 64 << 20) {
        self.headBytes = headBytes
        self.tailBytes = tailBytes
        self.logBytes = logBytes
    }

    var headTails: Streams<HeadTail> {
        let text = HeadTail(head: headBytes, tail: tailBytes)
        return Streams(stdout: text, stderr: text, display: HeadTail(head: 0, tail: 0))
    }
}

/// One value for each stream.
struct Streams<Value> {
    var stdout: Value
    var stderr: Value
    var display: Value

    subscript(stream: LoggedStream) -> Value {
        get {
            switch stream {
            case .stdout: stdout
            case .stderr: stderr
            case .display: display
            }
        }
        set {
            switch stream {
            case .stdout: stdout = newValue
            case .stderr: stderr = newValue
            case .display: display = newValue
            }
        }
    }
}

extension Streams: Sendable where Value: Sendable {}

/// The output of the execution that is running: what readers see of it, and its log.
package struct OutputRun {
    package let feed: any OutputFeed
    let directory: OutputDirectory
    let limits: OutputLimits
    private var streams: Streams<HeadTail>
    private var dropped = Streams<Int64>(stdout: 0, stderr: 0, display: 0)
    private(set) var log: OutputLog?
    /// What came between displays: stacks of threads, if anything.
    private var stray: [UInt8] = []
    /// Set when the log could not even be made: everything is dropped.
    private(set) var isBroken = false

    package init(feed: any OutputFeed, directory: OutputDirectory, limits: OutputLimits) {
        self.feed = feed
        self.directory = directory
        self.limits = limits
        streams = limits.headTails
    }

    package var stdout: HeadTail { streams.stdout }
    package var stderr: HeadTail { streams.stderr }
    var hasDisplays: Bool { streams.display.total > 0 }
    var isEmpty: Bool { LoggedStream.allCases.allSatisfy { streams[$0].total == 0 } }
    /// Whether bytes are missing from the log.
    package var isCut: Bool { LoggedStream.allCases.contains { dropped[$0] > 0 } }
    package var records: Int64 { log?.records ?? 0 }

    /// How many bytes a peek may ask for; 0 when chunks are taken and dropped.
    func room(_ stream: LoggedStream) -> Int {
        guard !isBroken, log?.isBroken != true else { return 0 }
        let logged = streams[stream].total &- dropped[stream]
        return Int(clamping: min(Int64(LogLayout.chunkBytes), limits.logBytes - logged))
    }

    /// Appends a peeked chunk to the log, which is made for the first one.
    mutating func append(
        _ stream: LoggedStream, _ chunk: UnsafeRawBufferPointer, begins: Bool = false, ends: Bool = false
    ) -> Bool {
        if log == nil, !isBroken { openLog() }
        let record = LogRecord(
            stream: stream, offset: streams[stream].total, length: chunk.count, begins: begins, ends: ends)
        guard log?.append(record, chunk) == true else { return false }
        streams[stream].append(chunk)
        return true
    }

    /// To be called when the chunk has been taken from its socket.
    func noteConsumed(_ stream: LoggedStream) {
        log?.noteConsumed(stream, streams[stream].total &- dropped[stream])
        publish()
    }

    /// Counts bytes that were taken and not logged; their tail is kept in memory.
    mutating func drop(_ stream: LoggedStream, _ chunk: UnsafeRawBufferPointer) {
        streams[stream].append(chunk)
        dropped[stream] += Int64(chunk.count)
        log?.noteDropped(stream, dropped[stream])
    }

    private static let mostStray = 64 << 10

    mutating func appendStray(_ chunk: UnsafeRawBufferPointer) {
        stray.append(contentsOf: chunk.prefix(Self.mostStray - stray.count))
    }

    var strayText: String? { stray.isEmpty ? nil : String(decoding: stray, as: UTF8.self) }

    func publish() {
        guard let log else { return }
        feed.advance(.init(file: log.file, length: log.length, records: log.records))
    }

    /// Takes over what an earlier daemon left.
    mutating func restore(log: OutputLog, streams: Streams<HeadTail>, dropped: Streams<Int64>) {
        self.log = log
        self.streams = streams
        self.dropped = dropped
        publish()
    }

    /// Bytes that the stream has brought.
    func total(_ stream: LoggedStream) -> Int64 { streams[stream].total }

    private mutating func openLog() {
        do {
            log = try OutputLog(creating: directory.create(feed.logName, in: feed.session))
        } catch {
            isBroken = true
        }
    }
}
