// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CPlatform
import Glibc
package import Platform

/// Blocking file operations that finish what they begin: interrupted and short calls go on.
package enum FileTransfer {
    static let bufferBytes = 1 << 20

    /// Up to `buffer.count` bytes from `offset`; fewer only at the end of the file.
    package static func read(
        _ file: Descriptor, into buffer: UnsafeMutableRawBufferPointer, at offset: Int64
    ) throws(SystemError) -> Int {
        var done = 0
        while done < buffer.count {
            let room = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let received = pread(file.number, room.baseAddress, room.count, off_t(offset) + off_t(done))
            if received < 0 && errno == EINTR { continue }
            try checkPOSIX("pread", received)
            guard received > 0 else { break }
            done += received
        }
        return done
    }

    package static func write(
        _ file: Descriptor, _ bytes: UnsafeRawBufferPointer, at offset: Int64
    ) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let written = pwrite(file.number, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if written < 0 && errno == EINTR { continue }
            try checkPOSIX("pwrite", written)
            done += written
        }
    }

    /// Waits until a file's bytes, or a directory's entries, are on the disk.
    package static func synchronize(_ file: Descriptor) throws(SystemError) {
        try checkPOSIX("fsync", fsync(file.number))
    }

    package static func status(_ file: Descriptor) throws(SystemError) -> cloister_stat {
        var status = cloister_stat()
        try check("fstat", cloister_fstat(file.number, &status))
        return status
    }

    /// The SHA-256 of the first `limit` bytes and how many there were.
    package static func digest(_ file: Descriptor, limit: Int64 = .max) throws -> (digest: ContentDigest, size: Int64) {
        var hasher = try ContentHasher()
        var size: Int64 = 0
        try withBuffer { buffer in
            while size < limit {
                let room = UnsafeMutableRawBufferPointer(
                    rebasing: buffer.prefix(Int(min(limit - size, Int64(bufferBytes)))))
                let count = try read(file, into: room, at: size)
                guard count > 0 else { break }
                try hasher.update(UnsafeRawBufferPointer(rebasing: room.prefix(count)))
                size += Int64(count)
            }
        }
        return (try hasher.finish(), size)
    }

    static func withBuffer<Value>(_ body: (UnsafeMutableRawBufferPointer) throws -> Value) rethrows -> Value {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferBytes, alignment: 4096)
        defer { buffer.deallocate() }
        return try body(buffer)
    }
}
