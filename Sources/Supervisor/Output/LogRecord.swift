// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI

/// The layout of an output log: a header, then records, each one chunk of one stream as it was read.
///
/// The number of a record is the number of its event, so that events keep their numbers for ever.
enum LogLayout {
    static let magic: [UInt8] = Array("CLOUTPUT".utf8)
    static let headerBytes = 64
    static let recordHeaderBytes = 16
    static let chunkBytes = 64 << 10

    /// Where the header holds how many logged bytes of a stream have been taken from its socket.
    static func consumedOffset(_ stream: OutputStream) -> Int { stream == .stdout ? 8 : 16 }
    /// Where it holds how many bytes were dropped because the log was full.
    static func droppedOffset(_ stream: OutputStream) -> Int { stream == .stdout ? 24 : 32 }

    static let emptyHeader = magic + [UInt8](repeating: 0, count: headerBytes - magic.count)
}

/// What precedes a chunk: its length (4 bytes), its stream (1), zeros (3), and its place in the stream (8).
struct LogRecord: Equatable {
    var stream: OutputStream
    var offset: Int64
    var length: Int

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(LogLayout.recordHeaderBytes)
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: length).littleEndian) { bytes.append(contentsOf: $0) }
        bytes += [stream == .stdout ? 1 : 2, 0, 0, 0]
        withUnsafeBytes(of: offset.littleEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    init(stream: OutputStream, offset: Int64, length: Int) {
        self.stream = stream
        self.offset = offset
        self.length = length
    }

    /// Nil for bytes that `bytes` cannot have written.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= LogLayout.recordHeaderBytes else { return nil }
        let length = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
        let offset = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: Int64.self))
        guard length > 0, length <= LogLayout.chunkBytes, offset >= 0 else { return nil }
        switch bytes[4] {
        case 1: self.init(stream: .stdout, offset: offset, length: Int(length))
        case 2: self.init(stream: .stderr, offset: offset, length: Int(length))
        default: return nil
        }
    }
}
