// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
package import Platform

/// What a child of the spawner says over its status socket: ready, or which step failed.
package enum ChildReport: Equatable, Sendable {
    case ready
    case failed(SystemError)
    /// The socket closed.
    case ended

    static let readyByte: UInt8 = 0x52

    package init?(bytes: ArraySlice<UInt8>) {
        if bytes.count == 1, bytes.first == Self.readyByte {
            self = .ready
            return
        }
        guard bytes.count > 4 else { return nil }
        let errno = bytes.prefix(4).reversed().reduce(Int32(0)) { $0 << 8 | Int32($1) }
        self = .failed(SystemError(String(decoding: bytes.dropFirst(4), as: UTF8.self), errno: errno))
    }

    static func ready(over status: CInt) { _ = cloister_send(status, [readyByte], 1) }

    /// Sends the failure and ends the process.
    static func fail(_ error: SystemError, over status: CInt) -> Never {
        var bytes = (0..<4).map { UInt8(truncatingIfNeeded: error.errno >> (8 * $0)) }
        bytes.append(contentsOf: error.step.utf8.prefix(64))
        _ = cloister_send(status, bytes, bytes.count)
        cloister_exit(1)
    }
}
