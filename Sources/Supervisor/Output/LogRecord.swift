// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI

/// A stream as logs know it: what callers call streams, and what an execution displays.
enum LoggedStream: UInt8, CaseIterable {
    case stdout = 1
    case stderr
    case display

    init(_ stream: OutputStream) { self = stream == .stdout ? .stdout : .stderr }

    /// Nil for displays, which are no text.
    var text: OutputStream? {
        switch self {
        case .stdout: .stdout
        case .stderr: .stderr
        case .display: nil
        }
    }
}

/// The layout of an output log: a header, then records, each one chunk of one stream as it was read.
///
/// The number of a record is the number of its event, so that events keep their numbers for ever. Only the last record
/// of a display counts: it is the display's.
enum LogLayout {
    static let magic: [UInt8] = Array("CLOUTPUT".utf8)
    static let headerBytes = 64
    static let recordHeaderBytes = 16
    static let chunkBytes = 64 << 10

    /// Where the header holds how many logged bytes of a stream have been taken from its socket.
    static func consumedOffset(_ stream: LoggedStream) -> Int {
        switch stream {
        case .stdout: 8
        case .stderr: 16
        case .display: 40
        }
    }

    /// Where it holds how many bytes were dropped because the log was full.
    static func droppedOffset(_ stream: LoggedStream) -> Int { consumedOffset(stream) + (stream == .display ? 8 : 16) }

    static let emptyHeader = magic + [UInt8](repeating: 0, count: headerBytes - magic.count)
}

/// What precedes a chunk: its length (4 bytes), its stream (1), flags (1), zeros (2), and its place in the stream (8).
struct LogRecord: Equatable {
    var stream: LoggedStream
    var offset: Int64
    var length: Int
    /// Of a display: whether it begins with this chunk, and whether it ends.
    var begins = false
    var ends = false

    /// Whether it is an event.
    var counts: Bool { stream != .display || ends }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(LogLayout.recordHeaderBytes)
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: length).littleEndian) { bytes.append(contentsOf: $0) }
        bytes += [stream.rawValue, (begins ? 1 : 0) | (ends ? 2 : 0), 0, 0]
        withUnsafeBytes(of: offset.littleEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    init(stream: LoggedStream, offset: Int64, length: Int, begins: Bool = false, ends: Bool = false) {
        self.stream = stream
        self.offset = offset
        self.length = length
        self.begins = begins
        self.ends = ends
    }

    /// Nil for bytes that `bytes` cannot have written.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= LogLayout.recordHeaderBytes else { return nil }
        let length = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
        let offset = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: Int64.self))
        let flags = bytes[5]
        guard length > 0, length <= LogLayout.chunkBytes, offset >= 0, let stream = LoggedStream(rawValue: bytes[4]),
            flags <= (stream == .display ? 3 : 0)
        else { return nil }
        self.init(
            stream: stream, offset: offset, length: Int(length), begins: flags & 1 != 0, ends: flags & 2 != 0)
    }
}
