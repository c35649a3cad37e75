// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// Bytes to and from a Unix socket, blocking, with a time limit.
final class RawConnection: Sendable {
    let descriptor: CInt

    init(path: String) throws {
        self.descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw UnixServer.Failure(errno: errno) }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(self.descriptor)
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        Glibc.send(self.descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
    }

    /// Closes the socket at once; the number stays taken until the end.
    func hangUp() {
        let null = open("/dev/null", O_RDONLY)
        dup2(null, self.descriptor)
        close(null)
    }

    func endSending() {
        shutdown(self.descriptor, CInt(SHUT_WR))
    }

    /// Until `isEnough` or the end.
    func receive(until isEnough: (String) -> Bool = { _ in false }) -> String {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isEnough(text) {
            let count = recv(self.descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return text
    }
}
