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

    private var stdout: Stream
    private var stderr: Stream
    private var length = Int64(LogLayout.headerBytes)
    private var records: Int64 = 0

    private init(_ limits: OutputLimits) {
        stdout = Stream(output: limits.headTail)
        stderr = Stream(output: limits.headTail)
    }

    /// Reads the log that the execution has, if any, and takes from the sockets what is in it already.
    static func resume(
        _ run: inout OutputRun, stdout: OutputSocket, stderr: OutputSocket
    ) throws(SystemError) {
        var recovery = OutputRecovery(run.limits)
        let file = try run.directory.open(run.feed.execution, in: run.feed.session)
        guard let file, try recovery.read(file) else {
            try stdout.setPeekOffset(0)
            try stderr.setPeekOffset(0)
            return
        }
        try recovery.settle(stdout, recovery.stdout)
        try recovery.settle(stderr, recovery.stderr)
        run.restore(recovery, file)
    }

    /// Reads the log of an execution whose sockets are gone.
    static func replay(_ run: inout OutputRun) throws(SystemError) {
        var recovery = OutputRecovery(run.limits)
        guard let file = try run.directory.open(run.feed.execution, in: run.feed.session), try recovery.read(file)
        else { return }
        run.restore(recovery, file)
    }

    /// Replays the log. False when there is no whole header yet; a record that was cut off is removed.
    private mutating func read(_ file: Descriptor) throws(SystemError) -> Bool {
        let header = try file.readStart(limit: LogLayout.headerBytes)
        guard header.count == LogLayout.headerBytes, header.starts(with: LogLayout.magic) else { return false }
        for stream in OutputStream.allCases {
            self[stream].consumed = Self.number(header, LogLayout.consumedOffset(stream))
            self[stream].dropped = Self.number(header, LogLayout.droppedOffset(stream))
        }
        var reader = LogReader(file: file)
        while let record = try reader.next(limit: .max) {
            self[record.stream].output.append(record)
            records += 1
        }
        length = reader.position
        try checkPOSIX("ftruncate", ftruncate(file.number, off_t(length)))
        return true
    }

    private func settle(_ socket: OutputSocket, _ stream: Stream) throws(SystemError) {
        let peeked = socket.peeked
        if peeked > 0, stream.output.total > stream.consumed {
            let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: LogLayout.chunkBytes, alignment: 16)
            defer { scratch.deallocate() }
            socket.discard(peeked, scratch: scratch)
        }
        try socket.setPeekOffset(0)
    }

    private subscript(stream: OutputStream) -> Stream {
        get { stream == .stdout ? stdout : stderr }
        set { if stream == .stdout { stdout = newValue } else { stderr = newValue } }
    }

    private static func number(_ header: [UInt8], _ offset: Int) -> Int64 {
        header.withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Int64.self)) }
    }

    fileprivate func restored(_ file: Descriptor) -> OutputLog {
        OutputLog(file: file, length: length, records: records)
    }

    fileprivate func output(_ stream: OutputStream) -> HeadTail {
        var output = self[stream].output
        output.skip(self[stream].dropped)
        return output
    }

    fileprivate var dropped: (stdout: Int64, stderr: Int64) { (stdout.dropped, stderr.dropped) }
}

extension OutputRun {
    fileprivate mutating func restore(_ recovery: OutputRecovery, _ file: Descriptor) {
        let log = recovery.restored(file)
        restore(
            log: log, stdout: recovery.output(.stdout), stderr: recovery.output(.stderr), dropped: recovery.dropped)
        for stream in OutputStream.allCases { noteConsumed(stream) }
    }
}

extension HeadTail {
    fileprivate mutating func append(_ chunk: OutputChunk) {
        chunk.bytes.withUnsafeBytes { append($0) }
    }
}
