// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import NIOCore

/// A file on this side, read or written in chunks. Blocks: a command has nothing else to do meanwhile.
final class LocalFile: Sendable {
    private let descriptor: CInt
    private let path: String

    init(descriptor: CInt) {
        self.descriptor = descriptor
        self.path = "descriptor \(descriptor)"
    }

    init(reading path: String) throws {
        self.path = path
        self.descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard self.descriptor >= 0 else { throw Self.failure("cannot read", path) }
    }

    init(writing path: String) throws {
        self.path = path
        self.descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard self.descriptor >= 0 else { throw Self.failure("cannot write", path) }
    }

    deinit {
        if self.descriptor > STDERR_FILENO { close(self.descriptor) }
    }

    /// `nil` for what is not a regular file.
    var size: Int64? {
        var status = stat()
        guard fstat(self.descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(status.st_size)
    }

    /// The next 256 KiB at most; `nil` at the end.
    func read() throws -> ByteBuffer? {
        var buffer = ByteBuffer()
        var count = 0
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 256 << 10) { room in
            count = Glibc.read(self.descriptor, room.baseAddress, room.count)
            return max(0, count)
        }
        guard count >= 0 else { throw Self.failure("cannot read", self.path) }
        return count == 0 ? nil : buffer
    }

    func write(_ buffer: ByteBuffer) throws {
        try buffer.withUnsafeReadableBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let written = Glibc.write(self.descriptor, part.baseAddress, part.count)
                guard written >= 0 else { throw Self.failure("cannot write", self.path) }
                rest = rest.dropFirst(written)
            }
        }
    }

    private static func failure(_ what: String, _ path: String) -> Failure {
        Failure("\(what) \(path): \(String(cString: strerror(errno)))")
    }
}

/// A local file as the body of an upload.
struct FileChunks: AsyncSequence, Sendable {
    let file: LocalFile

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let file: LocalFile

        mutating func next() async throws -> ByteBuffer? {
            try self.file.read()
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(file: self.file)
    }
}
