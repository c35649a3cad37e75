// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// The database's file before SQLite sees it: SQLite creates files for everybody to read, and takes an empty file
/// for a new database even when a log full of data lies beside it.
struct DatabaseFile {
    private static let magic = Array("SQLite format 3\0".utf8)

    let path: String

    /// Makes sure that there is either a new private file or one that begins like a database.
    func prepare() throws(StateStoreError) {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw cannotOpen(errno) }
        defer { Glibc.close(file) }

        var header = [UInt8](repeating: 0, count: Self.magic.count)
        let count = pread(file, &header, header.count, 0)
        guard count >= 0 else { throw cannotOpen(errno) }
        if count == 0 {
            try requireNoLog()
        } else if header != Self.magic {
            throw .corrupt(path: path, cause: "the file does not begin as an SQLite database")
        }
    }

    func size() throws(StateStoreError) -> Int64 {
        try status().map { Int64($0.st_size) } ?? 0
    }

    func requireAbsent() throws(StateStoreError) {
        guard try status() != nil else { return }
        throw StateStoreError(.conflict, "\(path) exists", remedy: "name a file that does not exist yet")
    }

    /// A fresh private file; what an interrupted backup left is dropped.
    func replaceByEmpty() throws(StateStoreError) {
        unlink(path)
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw cannotOpen(errno) }
        Glibc.close(file)
    }

    /// Syncs the file and gives it its final name, durably and without replacing anything.
    func publish(as destination: String) throws(StateStoreError) {
        try sync(path)
        guard link(path, destination) == 0 else { throw DatabaseFile(path: destination).cannotOpen(errno) }
        unlink(path)
        try sync(directory(of: destination))
    }

    private func requireNoLog() throws(StateStoreError) {
        let log = DatabaseFile(path: path + "-wal")
        guard try log.size() > 0 else { return }
        throw .corrupt(path: path, cause: "the file is empty while its log \(log.path) holds data")
    }

    private func status() throws(StateStoreError) -> stat? {
        var status = stat()
        if lstat(path, &status) == 0 { return status }
        if errno == ENOENT { return nil }
        throw cannotOpen(errno)
    }

    private func sync(_ path: String) throws(StateStoreError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw cannotOpen(errno) }
        defer { Glibc.close(file) }
        guard fsync(file) == 0 else { throw .inputOutput("cannot sync \(path)", errno: errno) }
    }

    private func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private func cannotOpen(_ code: Int32) -> StateStoreError {
        StateStoreError(
            .cannotOpen,
            "cannot open \(path)",
            remedy: "check that its directory exists and belongs to the daemon's user",
            cause: String(cString: strerror(code))
        )
    }
}
