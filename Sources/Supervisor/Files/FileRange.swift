// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import Glibc
import Platform
import Synchronization

/// A part of an open file, chunk by chunk.
struct FileRange: Sendable {
    private static let chunkBytes: Int64 = 256 << 10

    let file: Descriptor
    let range: Range<Int64>
    let blocking: BlockingPool

    var stream: PullStream<[UInt8]> {
        let position = Position(range.lowerBound)
        return PullStream { [self] in
            let start = position.value.withLock { $0 }
            let count = Int(min(Self.chunkBytes, range.upperBound - start))
            guard count > 0 else { return nil }
            let chunk = try await blocking.run { try Self.read(file, start, count) }
            position.value.withLock { $0 += Int64(chunk.count) }
            return chunk.isEmpty ? nil : chunk
        }
    }

    private final class Position: Sendable {
        let value: Mutex<Int64>
        init(_ start: Int64) { value = Mutex(start) }
    }

    private static func read(_ file: Descriptor, _ offset: Int64, _ count: Int) throws -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let received = pread(file.number, buffer.baseAddress, count, off_t(offset))
            if received < 0 { failure = errno }
            initialized = max(0, received)
        }
        guard failure == 0 else { throw SystemError("pread", errno: failure) }
        return bytes
    }
}
