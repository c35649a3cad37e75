// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform
import SpawnerProtocol

/// The connection to the one daemon.
final class DaemonConnection {
    enum Received {
        case request(SpawnerRequest)
        case malformed
        case nothing
        case closed
    }

    let socket: Descriptor
    let number: UInt64

    init(socket: Descriptor, number: UInt64) {
        self.socket = socket
        self.number = number
    }

    func receive() -> Received {
        // One byte more than a request has, so that a longer one is seen.
        var bytes = [UInt8](repeating: 0, count: SpawnerRequest.size + 1)
        let count = cloister_receive(socket.number, &bytes, bytes.count, 0)
        if count == -Int(EAGAIN) { return .nothing }
        guard count > 0 else { return .closed }
        return SpawnerRequest(bytes: bytes[..<count]).map(Received.request) ?? .malformed
    }

    /// False when the daemon does not take its answers: it is then cut off, and asks again when it comes back.
    func send(_ reply: SpawnerReply, descriptors: [Descriptor] = []) -> Bool {
        let bytes = reply.encoded()
        let numbers = descriptors.map(\.number)
        let sent = cloister_send_descriptors(socket.number, bytes, bytes.count, numbers, CInt(numbers.count))
        if sent < 0 { SpawnerLog.write("answer to the daemon: \(SystemError.text(CInt(-sent)))") }
        return sent == bytes.count
    }
}
