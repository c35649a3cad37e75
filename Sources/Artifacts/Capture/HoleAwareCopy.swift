// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import ObjectStore
import Platform

/// Copies a file's data and leaves its holes out.
enum HoleAwareCopy {
    private static let seekData: CInt = 3
    private static let seekHole: CInt = 4
    private static let pieceBytes: Int64 = 8 << 20

    /// Copies up to `size` bytes; less when the file has become shorter.
    static func copy(_ source: Descriptor, to target: Descriptor, size: Int64) throws(SystemError) {
        var offset: Int64 = 0
        while offset < size, let data = try extent(source, from: offset) {
            let end = min(data.upperBound, size)
            guard data.lowerBound < end else { break }
            offset = try copy(source, to: target, data.lowerBound..<end)
            guard offset == end else { break }
        }
        let length = min(size, FileIdentity(try ConfinedOpen.status(source)).size)
        try checkPOSIX("ftruncate", ftruncate(target.number, off_t(length)))
    }

    /// The next stretch of data; nil when only a hole is left.
    private static func extent(_ source: Descriptor, from offset: Int64) throws(SystemError) -> Range<Int64>? {
        let start = lseek(source.number, off_t(offset), seekData)
        if start < 0 {
            guard errno == ENXIO else { throw SystemError("lseek", errno: errno) }
            return nil
        }
        let end = lseek(source.number, start, seekHole)
        // The file was cut off in between.
        guard end > start else { return nil }
        return Int64(start)..<Int64(end)
    }

    /// Where the copy ended; before the range's end when the file did.
    private static func copy(
        _ source: Descriptor, to target: Descriptor, _ range: Range<Int64>
    ) throws(SystemError) -> Int64 {
        var from = range.lowerBound
        var to = range.lowerBound
        while from < range.upperBound {
            let count = Int(min(range.upperBound - from, pieceBytes))
            let copied = cloister_copy_range(source.number, &from, target.number, &to, count)
            if copied == 0 { break }
            if copied == -Int(EINTR) { continue }
            guard copied < 0 else { continue }
            guard [EXDEV, EOPNOTSUPP, EINVAL, ENOSYS, EBADF].contains(CInt(-copied)) else {
                throw SystemError("copy_file_range", errno: CInt(-copied))
            }
            return try readAndWrite(source, to: target, from..<range.upperBound)
        }
        return from
    }

    private static func readAndWrite(
        _ source: Descriptor, to target: Descriptor, _ range: Range<Int64>
    ) throws(SystemError) -> Int64 {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = Int(min(range.upperBound - offset, Int64(buffer.count)))
            let room = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(count))
            let received = try FileTransfer.read(source, into: room, at: offset)
            guard received > 0 else { break }
            try FileTransfer.write(target, UnsafeRawBufferPointer(rebasing: room.prefix(received)), at: offset)
            offset += Int64(received)
        }
        return offset
    }
}
