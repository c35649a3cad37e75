// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Glibc
import Platform

/// Finds out how far a killed daemon came with an execution's output, and brings log and sockets into step.
///
/// For each stream the predecessor peeked a chunk (the socket's peek offset P grew by its length), appended it to the
/// log (A, the bytes in whole records, grew), took it from the socket (P fell back to 0), and noted the taken bytes in
/// the header (H). At rest A = H and P = 0. So: bytes that are in the log but not noted, A - H, were taken if P is 0
/// and are still to be taken if P is not; if there are none, a peeked chunk was never logged and is peeked again.
struct OutputRecovery {
    private struct Stream {
        var output: HeadTail
        var consumed: Int64 = 0
        var dropped: Int64 = 0
    }

    private var streams: Streams<Stream>
    private var cutter = DisplayCutter()
    private var length = Int64(LogLayout.headerBytes)
    private var records: Int64 = 0

    private init(_ limits: OutputLimits) {
        let outputs = limits.headTails
        streams = Streams(
            stdout: Stream(output: outputs.stdout), stderr: Stream(output: outputs.stderr),
            display: Stream(output: outputs.display))
    }

    /// Reads the log that the execution has, if any, and takes from the sockets what is in it already.
    static func resume(
        _ run: inout OutputRun, _ sockets: Streams<OutputSocket>
    ) throws(SystemError) -> DisplayCutter {
        var recovery = OutputRecovery(run.limits)
        let file = try run.directory.open(run.feed.logName, in: run.feed.session)
        guard let file, try recovery.read(file) else {
            for stream in LoggedStream.allCases { try sockets[stream].setPeekOffset(0) }
            return DisplayCutter()
        }
        for stream in LoggedStream.allCases { try settle(sockets[stream], recovery.streams[stream]) }
        run.restore(recovery, file)
        return recovery.cutter
    }

    /// Reads the log of an execution whose sockets are gone.
    static func replay(_ run: inout OutputRun) throws(SystemError) {
        var recovery = OutputRecovery(run.limits)
        guard let file = try run.directory.open(run.feed.logName, in: run.feed.session), try recovery.read(file)
        else { return }
        run.restore(recovery, file)
    }

    /// Replays the log. False when there is no whole header yet; a record that was cut off is removed.
    private mutating func read(_ file: Descriptor) throws(SystemError) -> Bool {
        let header = try file.readStart(limit: LogLayout.headerBytes)
        guard header.count == LogLayout.headerBytes, header.starts(with: LogLayout.magic) else { return false }
        for stream in LoggedStream.allCases {
            streams[stream].consumed = Self.number(header, LogLayout.consumedOffset(stream))
            streams[stream].dropped = Self.number(header, LogLayout.droppedOffset(stream))
        }
        var reader = LogReader(file: file)
        while let (record, chunk) = try reader.nextRecord(limit: .max) {
            chunk.withUnsafeBytes { chunk in
                streams[record.stream].output.append(chunk)
                if record.stream == .display { cutter.replay(chunk, begins: record.begins) }
            }
            if record.counts { records += 1 }
        }
        length = reader.position
        try checkPOSIX("ftruncate", ftruncate(file.number, off_t(length)))
        return true
    }

    private static func settle(_ socket: OutputSocket, _ stream: Stream) throws(SystemError) {
        let peeked = socket.peeked
        if peeked > 0, stream.output.total > stream.consumed {
            let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: LogLayout.chunkBytes, alignment: 16)
            defer { scratch.deallocate() }
            socket.discard(peeked, scratch: scratch)
        }
        try socket.setPeekOffset(0)
    }

    private static func number(_ header: [UInt8], _ offset: Int) -> Int64 {
        header.withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Int64.self)) }
    }

    fileprivate func restored(_ file: Descriptor) -> OutputLog {
        OutputLog(file: file, length: length, records: records)
    }

    fileprivate var outputs: Streams<HeadTail> {
        streams.map { stream in
            var output = stream.output
            output.skip(stream.dropped)
            return output
        }
    }

    fileprivate var dropped: Streams<Int64> { streams.map(\.dropped) }
}

extension OutputRun {
    fileprivate mutating func restore(_ recovery: OutputRecovery, _ file: Descriptor) {
        let log = recovery.restored(file)
        restore(log: log, streams: recovery.outputs, dropped: recovery.dropped)
        for stream in LoggedStream.allCases { noteConsumed(stream) }
    }
}

extension Streams {
    fileprivate func map<Other>(_ transform: (Value) -> Other) -> Streams<Other> {
        Streams<Other>(stdout: transform(stdout), stderr: transform(stderr), display: transform(display))
    }
}
