// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// The daemon's Unix socket, bound so that nobody but owner and group ever reaches it and no second daemon takes it over.
///
/// Bind it before the process has other threads: the file mode comes from the process-wide umask.
package final class ListeningSocket: Sendable {
    package let path: String
    /// Held for the life of the daemon; the kernel lets go of it when the process ends, however it ends.
    private let lock: Descriptor
    let descriptor: Descriptor

    /// Creates the directory (mode 0750) unless it is there, locks `<directory>/cloisterd.lock`, removes a stale
    /// socket and binds with mode 0660. `group` may connect; without it the daemon's own.
    package init(path: String, group: String? = nil) throws {
        let directory = try Self.prepareDirectory(of: path)
        self.path = path
        self.lock = try Self.lock("\(directory)/cloisterd.lock")
        try Self.removeStaleSocket(path)
        self.descriptor = try Self.bind(path)
        if let group { try Self.give([directory, path], to: group) }
    }

    /// Removes the socket file, so that clients see at once that nobody listens.
    func remove() {
        unlink(self.path)
    }

    private static func prepareDirectory(of path: String) throws -> String {
        guard path.hasPrefix("/"), let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw ListeningSocketError.path(path, "must be absolute and not in the root directory")
        }
        guard path.utf8.count < Self.maximumPathLength else {
            throw ListeningSocketError.path(path, "is longer than \(Self.maximumPathLength - 1) bytes")
        }
        let directory = String(path[..<slash])
        if mkdir(directory, 0o750) != 0, errno != EEXIST {
            throw SystemError("mkdir \(directory)", errno: errno)
        }
        try Self.checkDirectory(directory)
        return directory
    }

    private static func checkDirectory(_ directory: String) throws {
        var status = stat()
        try checkPOSIX("lstat \(directory)", lstat(directory, &status))
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw ListeningSocketError.directory(directory, "is not a directory")
        }
        guard status.st_uid == geteuid() else {
            throw ListeningSocketError.directory(directory, "belongs to uid \(status.st_uid), not to the daemon")
        }
        guard status.st_mode & 0o022 == 0 else {
            throw ListeningSocketError.directory(directory, "can be written to by others than its owner")
        }
    }

    private static func lock(_ path: String) throws -> Descriptor {
        let file = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o640)
        let result = cloister_flock(file.number)
        guard result != -EWOULDBLOCK else { throw ListeningSocketError.locked(path) }
        try check("flock \(path)", result)
        return file
    }

    private static func removeStaleSocket(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw SystemError("lstat \(path)", errno: errno) }
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ListeningSocketError.path(path, "exists and is not a socket")
        }
        try checkPOSIX("unlink \(path)", unlink(path))
    }

    private static func bind(_ path: String) throws -> Descriptor {
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        let socket = Descriptor(owning: try checkPOSIX("socket", Glibc.socket(AF_UNIX, type, 0)))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let mask = umask(0o117)
        defer { umask(mask) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(socket.number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try checkPOSIX("bind \(path)", result)
        return socket
    }

    private static func give(_ paths: [String], to group: String) throws {
        errno = 0
        guard let entry = getgrnam(group) else { throw ListeningSocketError.group(group, "does not exist") }
        for path in paths where lchown(path, uid_t.max, entry.pointee.gr_gid) != 0 {
            guard errno == EPERM else { throw SystemError("lchown \(path)", errno: errno) }
            throw ListeningSocketError.group(group, "is not one of the daemon's own")
        }
    }

    /// `sun_path` with its closing zero.
    static let maximumPathLength = 108
}
