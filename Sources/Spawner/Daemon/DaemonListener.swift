// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// The spawner's socket. It lies in a directory that only root can write to and the daemon's group can enter.
struct DaemonListener {
    let socket: Descriptor
    private let daemonUser: UInt32
    private let lock: Descriptor

    init(path: String, daemonUser: UInt32, daemonGroup: UInt32) throws(SystemError) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw SystemError("socket path \(path) has no directory", errno: EINVAL)
        }
        let directory = String(path[..<slash])
        if mkdir(directory, 0o710) < 0, errno != EEXIST { throw SystemError("mkdir \(directory)", errno: errno) }
        try checkPOSIX("chown \(directory)", chown(directory, 0, daemonGroup))
        try checkPOSIX("chmod \(directory)", chmod(directory, 0o710))
        lock = try Descriptor.open("\(directory)/spawner.lock", O_RDWR | O_CREAT, mode: 0o600)
        do { try check("flock", cloister_flock(lock.number)) } catch {
            throw SystemError(
                "another spawner of this instance is running (\(directory)/spawner.lock)", errno: error.errno)
        }
        unlink(path)
        let before = umask(0o117)
        defer { umask(before) }
        socket = Descriptor(owning: try check("listen \(path)", cloister_listen_seqpacket(path)))
        // Inherited by what is accepted; kernels before 6.16 lack it.
        _ = cloister_refuse_descriptors(socket.number)
        try checkPOSIX("chown \(path)", chown(path, 0, daemonGroup))
        self.daemonUser = daemonUser
    }

    enum Accepted {
        case connection(Descriptor)
        case none
        /// No descriptor is free for it.
        case exhausted
    }

    /// The next connection of the daemon's user; peers of other users are closed at once.
    func accept() -> Accepted {
        while true {
            let number = cloister_accept(socket.number)
            if number == -EMFILE || number == -ENFILE || number == -ENOMEM { return .exhausted }
            guard number >= 0 else { return .none }
            let connection = Descriptor(owning: number)
            var peer = cloister_peer()
            guard cloister_peer_credentials(connection.number, &peer) == 0, peer.uid == daemonUser else {
                SpawnerLog.write("refused a connection of uid \(peer.uid)")
                continue
            }
            _ = cloister_socket_buffers(connection.number, 4 << 20)
            return .connection(connection)
        }
    }
}
