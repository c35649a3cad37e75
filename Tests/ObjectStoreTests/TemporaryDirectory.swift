// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import Foundation
import Glibc
import NIOCore
import ObjectStore
import Platform

/// A directory that goes away with the last reference.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = "/tmp/cloister-objects-\(getpid())-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// A file with these bytes, as something to store.
    func body(_ bytes: [UInt8], announcedAs digest: ContentDigest? = nil) throws -> ObjectBody {
        let name = "\(path)/body-\(UInt64.random(in: .min ... .max))"
        try Data(bytes).write(to: URL(filePath: name))
        let file = try Descriptor.open(name, O_RDONLY)
        return ObjectBody(
            file: file, size: Int64(bytes.count), digest: try digest ?? ContentDigest.of(bytes))
    }

    func files(below directory: String) -> [String] {
        let all = FileManager.default.subpaths(atPath: directory) ?? []
        return all.filter {
            var status = stat()
            return lstat("\(directory)/\($0)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        }
    }
}

func collect(_ stream: ObjectStream) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await chunk in stream { bytes += Array(chunk.readableBytesView) }
    return bytes
}

enum TestPool {
    /// One for all tests; a pool's threads live as long as the process.
    static let shared = try? BlockingPool(name: "test", threads: 2)
}
