// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
import Platform

/// The socket pairs of an incarnation: sockets and never pipes, whose lock a writer can hold while it faults.
struct SessionSockets {
    struct Pair {
        let outside: Descriptor
        let inside: Descriptor

        init(_ type: __socket_type, takesDescriptors: Bool = false) throws(SystemError) {
            var ends: (CInt, CInt) = (-1, -1)
            try check("socketpair", cloister_socket_pair(CInt(type.rawValue), &ends.0, &ends.1))
            (outside, inside) = (Descriptor(owning: ends.0), Descriptor(owning: ends.1))
            // Kernels before 6.16 lack the option; the daemon never asks for descriptors anyway.
            if !takesDescriptors { _ = cloister_refuse_descriptors(outside.number) }
        }
    }

    let driver: DriverSockets<Pair>
    let lifeline: Pair

    init() throws(SystemError) {
        driver = try Self.forDriver()
        lifeline = try Pair(SOCK_SEQPACKET)
    }

    /// Nothing comes back over standard input.
    static func forCommand() throws(SystemError) -> CommandSockets<Pair> {
        let sockets = CommandSockets(
            stdin: try Pair(SOCK_STREAM), stdout: try Pair(SOCK_STREAM), stderr: try Pair(SOCK_STREAM),
            control: try Pair(SOCK_STREAM))
        try check("shutdown", cloister_shutdown_reading(sockets.stdin.outside.number))
        return sockets
    }

    static func forDriver() throws(SystemError) -> DriverSockets<Pair> {
        DriverSockets(
            control: try Pair(SOCK_SEQPACKET), stdout: try Pair(SOCK_STREAM), stderr: try Pair(SOCK_STREAM),
            display: try Pair(SOCK_STREAM), keeper: try Pair(SOCK_SEQPACKET, takesDescriptors: true))
    }
}
