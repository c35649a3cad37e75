// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
package import Platform

extension FileTransfer {
    /// Copies up to `limit` bytes and hashes them on the way. Blocks of zeros become holes.
    package static func copy(
        _ source: Descriptor, to target: Descriptor, limit: Int64
    ) throws -> (digest: ContentDigest, size: Int64) {
        var hasher = try ContentHasher()
        var size: Int64 = 0
        try withBuffer { buffer in
            while size < limit {
                let room = UnsafeMutableRawBufferPointer(
                    rebasing: buffer.prefix(Int(min(limit - size, Int64(bufferBytes)))))
                let count = try read(source, into: room, at: size)
                guard count > 0 else { break }
                let chunk = UnsafeRawBufferPointer(rebasing: room.prefix(count))
                try hasher.update(chunk)
                if !isZero(chunk) { try write(target, chunk, at: size) }
                size += Int64(count)
            }
        }
        try checkPOSIX("ftruncate", ftruncate(target.number, off_t(size)))
        return (try hasher.finish(), size)
    }

    /// Each byte equals its predecessor and the first is zero.
    private static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress, bytes.count > 0, bytes[0] == 0 else { return false }
        return memcmp(start, start + 1, bytes.count - 1) == 0
    }
}
