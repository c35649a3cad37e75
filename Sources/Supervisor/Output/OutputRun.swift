// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
package import CloisterAPI
import Platform

/// How much of each of the two streams is kept.
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

    var headTail: HeadTail { HeadTail(head: headBytes, tail: tailBytes) }
}

/// The output of the execution that is running: what readers see of it, and its log.
package struct OutputRun {
    package let feed: ExecutionFeed
    let directory: OutputDirectory
    let limits: OutputLimits
    package private(set) var stdout: HeadTail
    package private(set) var stderr: HeadTail
    package private(set) var dropped: (stdout: Int64, stderr: Int64) = (0, 0)
    private(set) var log: OutputLog?
    /// Set when the log could not even be made: everything is dropped.
    private(set) var isBroken = false

    package init(feed: ExecutionFeed, directory: OutputDirectory, limits: OutputLimits) {
        self.feed = feed
        self.directory = directory
        self.limits = limits
        stdout = limits.headTail
        stderr = limits.headTail
    }

    var isEmpty: Bool { stdout.total == 0 && stderr.total == 0 }
    /// Whether bytes are missing from the log.
    package var isCut: Bool { dropped.stdout > 0 || dropped.stderr > 0 }
    package var records: Int64 { log?.records ?? 0 }

    /// How many bytes a peek may ask for; 0 when chunks are taken and dropped.
    func room(_ stream: OutputStream) -> Int {
        guard !isBroken, log?.isBroken != true else { return 0 }
        let logged = self[stream].total &- droppedCount(stream)
        return Int(clamping: min(Int64(LogLayout.chunkBytes), limits.logBytes - logged))
    }

    /// Appends a peeked chunk to the log, which is made for the first one.
    mutating func append(_ stream: OutputStream, _ chunk: UnsafeRawBufferPointer) -> Bool {
        if log == nil, !isBroken { openLog() }
        let offset = self[stream].total
        guard log?.append(stream, at: offset, chunk) == true else { return false }
        self[stream].append(chunk)
        return true
    }

    /// To be called when the chunk has been taken from its socket.
    func noteConsumed(_ stream: OutputStream) {
        log?.noteConsumed(stream, self[stream].total &- droppedCount(stream))
        publish()
    }

    /// Counts bytes that were taken and not logged; their tail is kept in memory.
    mutating func drop(_ stream: OutputStream, _ chunk: UnsafeRawBufferPointer) {
        self[stream].append(chunk)
        if stream == .stdout { dropped.stdout += Int64(chunk.count) } else { dropped.stderr += Int64(chunk.count) }
        log?.noteDropped(stream, droppedCount(stream))
    }

    func publish() {
        guard let log else { return }
        feed.advance(.init(file: log.file, length: log.length, records: log.records))
    }

    /// Takes over what an earlier daemon left.
    mutating func restore(
        log: OutputLog, stdout: HeadTail, stderr: HeadTail, dropped: (stdout: Int64, stderr: Int64)
    ) {
        self.log = log
        self.stdout = stdout
        self.stderr = stderr
        self.dropped = dropped
        publish()
    }

    package subscript(stream: OutputStream) -> HeadTail {
        get { stream == .stdout ? stdout : stderr }
        set { if stream == .stdout { stdout = newValue } else { stderr = newValue } }
    }

    private func droppedCount(_ stream: OutputStream) -> Int64 {
        stream == .stdout ? dropped.stdout : dropped.stderr
    }

    private mutating func openLog() {
        do {
            log = try OutputLog(creating: directory.create(feed.execution, in: feed.session))
        } catch {
            isBroken = true
        }
    }
}
