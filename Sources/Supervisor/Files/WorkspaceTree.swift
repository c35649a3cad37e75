// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import CloisterAPI
import Glibc
import Platform

/// A session's files, reached from the workspace's root descriptor and nothing else. No symbolic link is followed, no
/// other mount is entered, and nothing above the root exists. Every call blocks.
struct WorkspaceTree: Sendable {
    private static let resolve = UInt64(
        CLOISTER_RESOLVE_BENEATH | CLOISTER_RESOLVE_NO_SYMLINKS | CLOISTER_RESOLVE_NO_MAGICLINKS
            | CLOISTER_RESOLVE_NO_XDEV)

    let root: Descriptor

    func open(_ path: WorkspacePath, _ flags: CInt, mode: UInt32 = 0) throws(SystemError) -> Descriptor {
        try Self.open(root, path.components.isEmpty ? [UInt8(ascii: ".")] : path.bytes, flags, mode: mode)
    }

    /// The directory that holds the last component of the path.
    func openParent(of path: WorkspacePath) throws(SystemError) -> Descriptor {
        let parent = Array(path.components.dropLast().joined(separator: [UInt8(ascii: "/")]))
        return try Self.open(
            root, parent.isEmpty ? [UInt8(ascii: ".")] : parent, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    /// The same, with the directories on the way made where they are missing.
    func makeParent(of path: WorkspacePath) throws(SystemError) -> Descriptor {
        var directory = try Self.open(root, [UInt8(ascii: ".")], O_RDONLY | O_DIRECTORY)
        for name in path.components.dropLast() {
            let made = Self.withPath(name) { mkdirat(directory.number, $0, 0o755) }
            if made != 0, errno != EEXIST { throw SystemError("mkdir", errno: errno) }
            directory = try Self.open(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        }
        return directory
    }

    static func open(
        _ directory: Descriptor, _ path: [UInt8], _ flags: CInt, mode: UInt32 = 0
    ) throws(SystemError) -> Descriptor {
        let opened = withPath(path) { cloister_openat2(directory.number, $0, flags, mode, resolve) }
        return Descriptor(owning: try check("openat2", opened))
    }

    static func status(_ directory: Descriptor, _ name: [UInt8]) throws(SystemError) -> cloister_stat {
        var status = cloister_stat()
        let result = withPath(name) { cloister_fstatat(directory.number, $0, &status) }
        try check("fstatat", result)
        return status
    }

    static func status(_ file: Descriptor) throws(SystemError) -> cloister_stat {
        var status = cloister_stat()
        try check("fstat", cloister_fstat(file.number, &status))
        return status
    }

    /// The bytes as system calls want them. `WorkspacePath` has made sure that there is no NUL among them.
    static func withPath<Value>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Value) -> Value {
        let text = path.map { CChar(bitPattern: $0) } + [0]
        return body(text)
    }
}

extension cloister_stat {
    private var kind: UInt32 { mode & UInt32(S_IFMT) }
    var isRegular: Bool { kind == UInt32(S_IFREG) }
    var isDirectory: Bool { kind == UInt32(S_IFDIR) }

    var fileType: FileType {
        switch kind {
        case UInt32(S_IFREG): .file
        case UInt32(S_IFDIR): .directory
        case UInt32(S_IFLNK): .symlink
        default: .other
        }
    }

    /// Times far from now are the session's joke.
    var modified: Timestamp {
        let seconds = min(max(mtime_seconds, -62_000_000_000), 250_000_000_000)
        return Timestamp(milliseconds: seconds * 1_000 + Int64(mtime_nanoseconds % 1_000_000_000) / 1_000_000)
    }
}
