// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// One of the process's output streams.
struct Console: Sendable {
    static let standardOutput = Console(descriptor: STDOUT_FILENO)
    static let standardError = Console(descriptor: STDERR_FILENO)

    private let descriptor: CInt

    var isTerminal: Bool {
        isatty(self.descriptor) == 1
    }

    @discardableResult
    func write(_ text: String) -> Bool {
        self.write(text.utf8)
    }

    /// Writes everything. False when nobody reads any more.
    @discardableResult
    func write(_ bytes: some Sequence<UInt8>) -> Bool {
        Array(bytes).withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = Glibc.write(
                    self.descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                guard written >= 0 else {
                    if errno == EINTR || errno == EAGAIN { continue }
                    return false
                }
                rest = rest.dropFirst(written)
            }
            return true
        }
    }
}
