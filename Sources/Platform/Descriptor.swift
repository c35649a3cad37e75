// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import Glibc

/// An owned file descriptor: closed when the last reference goes.
///
/// The number never changes after `init`, so sharing it between threads is safe; what is done with it is the
/// kernel's to order.
package final class Descriptor: Sendable {
    package let number: CInt

    /// Takes ownership of an open descriptor.
    package init(owning number: CInt) { self.number = number }

    deinit { if number >= 0 { close(number) } }

    package static func open(_ path: String, _ flags: CInt, mode: mode_t = 0) throws(SystemError) -> Descriptor {
        Descriptor(owning: try checkPOSIX("open \(path)", Glibc.open(path, flags | O_CLOEXEC, mode)))
    }

    package static func open(at directory: Descriptor, _ path: String, _ flags: CInt, mode: mode_t = 0)
        throws(SystemError)
        -> Descriptor
    {
        Descriptor(owning: try checkPOSIX("openat \(path)", openat(directory.number, path, flags | O_CLOEXEC, mode)))
    }

    package func duplicate() throws(SystemError) -> Descriptor {
        Descriptor(owning: try checkPOSIX("dup", fcntl(number, F_DUPFD_CLOEXEC, 0)))
    }

    /// Everything from offset 0, at most `limit` bytes: for small kernel files that are read again and again.
    package func readStart(limit: Int = 4096) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            let received = pread(number, buffer.baseAddress, limit, 0)
            if received < 0 { failure = SystemError("pread", errno: errno) }
            count = max(0, received)
        }
        if let failure { throw failure }
        return bytes
    }

    package func readText(limit: Int = 4096) throws(SystemError) -> String {
        String(decoding: try readStart(limit: limit), as: UTF8.self)
    }

    /// The whole file from the present position, for kernel files of any length.
    package func readWhole() throws(SystemError) -> String {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = try checkPOSIX("read", Glibc.read(number, &buffer, buffer.count))
            guard count > 0 else { return String(decoding: all, as: UTF8.self) }
            all.append(contentsOf: buffer[..<count])
        }
    }

    /// One write(2) of the whole text, as cgroup and proc files want it.
    package func write(_ text: String) throws(SystemError) {
        var text = text
        let written = text.withUTF8 { Glibc.write(number, $0.baseAddress, $0.count) }
        try checkPOSIX("write", written)
    }
}
