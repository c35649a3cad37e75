// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Glibc
import Platform

/// Reads the records of a log one after another. Blocks for as long as the disk does.
struct LogReader {
    private static let windowBytes = 256 << 10

    let file: Descriptor
    private(set) var position = Int64(LogLayout.headerBytes)
    private var window: [UInt8] = []
    private var windowStart: Int64 = 0
    /// The display that is being put together, and where it begins.
    private var display: [UInt8] = []
    private(set) var displayStart: Int64 = 0
    /// How far the text has come.
    private var ends = Streams<Int64>(stdout: 0, stderr: 0, display: 0)

    init(file: Descriptor) { self.file = file }

    /// Begins at a record. Offsets of text that came before it are not known then.
    init(file: Descriptor, at position: Int64) {
        self.file = file
        self.position = position
    }

    /// What counts as one event.
    enum Entry {
        case chunk(OutputChunk)
        /// A whole frame, and how much text had come before.
        case display([UInt8], stdout: Int64, stderr: Int64)
    }

    /// The next entry whose records are all before `limit`, or nil.
    mutating func next(limit: Int64) throws(SystemError) -> Entry? {
        while let (record, chunk) = try nextRecord(limit: limit) {
            guard let stream = record.stream.text else {
                if record.begins {
                    display = []
                    displayStart = position - Int64(LogLayout.recordHeaderBytes + record.length)
                }
                display += chunk
                if record.ends { return .display(display, stdout: ends.stdout, stderr: ends.stderr) }
                continue
            }
            ends[record.stream] = record.offset + Int64(record.length)
            return .chunk(OutputChunk(stream: stream, offset: record.offset, bytes: chunk))
        }
        return nil
    }

    /// Passes over the next entry, without reading it if it is text. False when there is none.
    mutating func skip(limit: Int64) throws(SystemError) -> Bool {
        guard let record = try header(limit: limit) else { return false }
        guard record.stream != .display else { return try next(limit: limit) != nil }
        let end = position + Int64(LogLayout.recordHeaderBytes + record.length)
        guard end <= limit else { return false }
        ends[record.stream] = record.offset + Int64(record.length)
        position = end
        return true
    }

    /// The next whole record before `limit`, or nil.
    mutating func nextRecord(limit: Int64) throws(SystemError) -> (LogRecord, [UInt8])? {
        guard let record = try header(limit: limit) else { return nil }
        let start = position + Int64(LogLayout.recordHeaderBytes)
        guard let bytes = try bytes(at: start, count: record.length, limit: limit) else { return nil }
        position = start + Int64(record.length)
        return (record, bytes)
    }

    private mutating func header(limit: Int64) throws(SystemError) -> LogRecord? {
        let bytes = try bytes(at: position, count: LogLayout.recordHeaderBytes, limit: limit)
        return bytes.flatMap { bytes in bytes.withUnsafeBytes { LogRecord($0) } }
    }

    private mutating func bytes(at offset: Int64, count: Int, limit: Int64) throws(SystemError) -> [UInt8]? {
        guard offset <= limit - Int64(count) else { return nil }
        if offset < windowStart || offset + Int64(count) > windowStart + Int64(window.count) {
            try fill(from: offset)
        }
        let start = Int(offset - windowStart)
        guard start + count <= window.count else { return nil }
        return Array(window[start..<start + count])
    }

    private mutating func fill(from offset: Int64) throws(SystemError) {
        var failure: Int32 = 0
        window = [UInt8](unsafeUninitializedCapacity: Self.windowBytes) { buffer, count in
            let received = pread(file.number, buffer.baseAddress, buffer.count, off_t(offset))
            if received < 0 { failure = errno }
            count = max(0, received)
        }
        windowStart = offset
        if failure != 0 { throw SystemError("pread", errno: failure) }
    }
}
