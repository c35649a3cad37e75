// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CPlatform
import CloisterAPI
import Glibc
import Platform
import Supervisor
import Testing

/// Both ends of a stream or packet socket.
struct SocketPair {
    let daemon: Descriptor
    let session: Descriptor

    init(_ type: CInt = CInt(SOCK_STREAM.rawValue)) throws {
        var ends: (CInt, CInt) = (-1, -1)
        try check("socketpair", cloister_socket_pair(type, &ends.0, &ends.1))
        daemon = Descriptor(owning: ends.0)
        session = Descriptor(owning: ends.1)
    }
}

/// A directory that goes away with its last reference.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/cloister-test-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } != nil }
        guard made else { throw SystemError("mkdtemp", errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func open() throws -> Descriptor { try Descriptor.open(path, O_RDONLY | O_DIRECTORY) }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        guard let stream = opendir(path) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            let child = "\(path)/\(name)"
            if entry.pointee.d_type == DT_DIR { remove(child) } else { unlink(child) }
        }
        closedir(stream)
        rmdir(path)
    }
}

extension Identifier {
    /// A fresh identifier of a test.
    static func fresh() throws -> Self {
        var generator = SystemRandomNumberGenerator()
        return try #require(Self(node: "test", using: &generator))
    }
}

/// Waits until the condition holds; records an issue when it does not within the time.
func eventually(
    within seconds: Double = 10, _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async rethrows {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try? await Task.sleep(for: .milliseconds(2))
    }
    Issue.record(what, sourceLocation: sourceLocation)
}

/// Writes everything, waiting as long as it takes; for threads of a test's own pool.
func writeAll(_ bytes: [UInt8], to descriptor: Descriptor) {
    var offset = 0
    while offset < bytes.count {
        let written = bytes.withUnsafeBytes {
            write(descriptor.number, $0.baseAddress.map { $0 + offset }, bytes.count - offset)
        }
        if written > 0 { offset += written } else if errno != EINTR { return }
    }
}
