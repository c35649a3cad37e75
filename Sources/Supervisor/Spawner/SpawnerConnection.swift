// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform
import SpawnerProtocol

/// One connection to the spawner: packets with descriptors.
struct SpawnerConnection: Sendable {
    private let socket: Descriptor

    init(path: String) throws(SystemError) {
        socket = Descriptor(owning: try check("connect \(path)", cloister_connect_seqpacket(path)))
        _ = cloister_socket_buffers(socket.number, 4 << 20)
    }

    /// False when the spawner is gone or does not take requests.
    func send(_ request: SpawnerRequest) -> Bool {
        let bytes = request.encoded()
        return cloister_send(socket.number, bytes, bytes.count) == bytes.count
    }

    /// Waits for the next packet; `nil` once the connection is over or says what no spawner says.
    func receive() -> (reply: SpawnerReply, descriptors: [Descriptor])? {
        var bytes = [UInt8](repeating: 0, count: SpawnerReply.maximumSize)
        var numbers = [CInt](repeating: -1, count: Int(CLOISTER_MAX_PASSED))
        var count = CInt(numbers.count)
        var received = -Int(EINTR)
        while received == -Int(EINTR) {
            count = CInt(numbers.count)
            received = cloister_receive_descriptors(socket.number, &bytes, bytes.count, &numbers, &count)
        }
        let descriptors = numbers.prefix(Int(count)).map { Descriptor(owning: $0) }
        guard received > 0, let reply = SpawnerReply(bytes: bytes[..<received]) else { return nil }
        return (reply, descriptors)
    }

    func shutDown() { _ = cloister_shutdown(socket.number) }
}
