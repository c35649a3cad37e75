// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import CloisterAPI
import Glibc
import Platform

/// The file that holds what one execution writes.
///
/// A chunk is peeked, appended here, then taken from its socket, then noted in the header; a daemon that takes over
/// can tell from the header, the records and the socket's peek offset how far its predecessor came (`OutputRecovery`).
struct OutputLog {
    let file: Descriptor
    private(set) var length: Int64
    private(set) var records: Int64
    /// Set when the disk did not take a record.
    private(set) var isBroken = false

    /// A log without records; writes the header.
    init(creating file: Descriptor) throws(SystemError) {
        self.init(file: file, length: Int64(LogLayout.headerBytes), records: 0)
        try Self.write(LogLayout.emptyHeader, to: file, at: 0)
    }

    init(file: Descriptor, length: Int64, records: Int64) {
        self.file = file
        self.length = length
        self.records = records
    }

    /// Appends one record. False, and the log is broken from then on, when the disk does not take it.
    mutating func append(_ record: LogRecord, _ chunk: UnsafeRawBufferPointer) -> Bool {
        let header = record.bytes
        let size = header.count + chunk.count
        let written = header.withUnsafeBytes { header in
            var parts = [
                iovec(iov_base: UnsafeMutableRawPointer(mutating: header.baseAddress), iov_len: header.count),
                iovec(iov_base: UnsafeMutableRawPointer(mutating: chunk.baseAddress), iov_len: chunk.count),
            ]
            return pwritev(file.number, &parts, 2, off_t(length))
        }
        guard written == size else {
            ftruncate(file.number, off_t(length))
            isBroken = true
            return false
        }
        length += Int64(size)
        if record.counts { records += 1 }
        return true
    }

    /// Notes in the header how many logged bytes of the stream its socket no longer holds.
    func noteConsumed(_ stream: LoggedStream, _ count: Int64) {
        note(count, at: LogLayout.consumedOffset(stream))
    }

    func noteDropped(_ stream: LoggedStream, _ count: Int64) {
        note(count, at: LogLayout.droppedOffset(stream))
    }

    /// A note that cannot be written only costs exactness if the daemon is killed next.
    private func note(_ count: Int64, at offset: Int) {
        var value = count.littleEndian
        _ = pwrite(file.number, &value, MemoryLayout<Int64>.size, off_t(offset))
    }

    private static func write(_ bytes: [UInt8], to file: Descriptor, at offset: off_t) throws(SystemError) {
        let written = try checkPOSIX("pwrite", pwrite(file.number, bytes, bytes.count, offset))
        guard written == bytes.count else { throw SystemError("pwrite", errno: ENOSPC) }
    }
}
