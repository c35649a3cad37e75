// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CPlatform
import CloisterAPI
import Glibc
import Platform

/// A session's files for callers: list, read, delete. Uploads are in `FileUpload`.
struct WorkspaceFiles: Sendable {
    private static let chunkBytes: Int64 = 256 << 10

    let readable: WorkspaceTree
    let writable: WorkspaceTree
    let blocking: BlockingPool

    init(_ incarnation: Incarnation, blocking: BlockingPool) {
        readable = WorkspaceTree(root: incarnation.workspace)
        writable = WorkspaceTree(root: incarnation.workspaceWritable)
        self.blocking = blocking
    }

    // MARK: Listing

    /// Entries in the order of their bytes; the cursor is the last name of the page before.
    func list(_ path: WorkspacePath, _ page: PageQuery) async throws -> FilePage {
        let after = try page.cursor.map(FileCursor.decode)
        return try await run(path) { try entries(of: path, after: after, limit: page.limit) }
    }

    private func entries(of path: WorkspacePath, after: [UInt8]?, limit: Int) throws -> FilePage {
        let directory = try readable.open(path, O_RDONLY | O_DIRECTORY)
        var names = SmallestNames(limit: limit + 1, after: after)
        try DirectoryReader(directory).forEach { name in
            names.insert(name)
            return true
        }
        let entries = names.sorted.prefix(limit).compactMap { name in
            // What is gone meanwhile is left out.
            (try? WorkspaceTree.status(directory, name)).map { FileEntry(name, in: path, $0) }
        }
        let last = names.sorted.count > limit ? names.sorted.prefix(limit).last : nil
        return FilePage(entries: entries, nextCursor: last.map(FileCursor.encode))
    }

    // MARK: Reading

    /// A regular file as it is when it is opened; never waits for a lease, a FIFO or a device.
    func read(_ path: WorkspacePath) async throws -> Content {
        let (file, size) = try await run(path) {
            let entry = try readable.open(path, CInt(CLOISTER_O_PATH) | O_NOFOLLOW)
            guard try WorkspaceTree.status(entry).isRegular else { throw FileFailure.notRegular(path) }
            let file = try readable.open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY)
            let status = try WorkspaceTree.status(file)
            guard status.isRegular else { throw FileFailure.notRegular(path) }
            return (file, Int64(clamping: status.size))
        }
        return Content(size: size, fileName: path.components.last ?? []) { range in
            FileRange(file: file, range: range.clamped(to: 0..<size), blocking: blocking).stream
        }
    }

    // MARK: Deleting

    /// Removes a file, a link, or an empty directory.
    func delete(_ path: WorkspacePath) async throws {
        guard let name = path.components.last else {
            throw CloisterError.invalid("The workspace itself cannot be deleted.", remedy: "Delete the session.")
        }
        try await run(path) {
            let parent = try writable.openParent(of: path)
            if Self.unlink(parent, name, 0) == 0 { return }
            let failure = errno
            guard failure == EISDIR, Self.unlink(parent, name, AT_REMOVEDIR) != 0 else {
                if failure == EISDIR { return }
                throw SystemError("unlinkat", errno: failure)
            }
            throw SystemError("unlinkat", errno: errno)
        }
    }

    private static func unlink(_ directory: Descriptor, _ name: [UInt8], _ flags: CInt) -> CInt {
        WorkspaceTree.withPath(name) { unlinkat(directory.number, $0, flags) }
    }

    /// Runs on the pool; a failed system call becomes an error that names the path.
    func run<Value: Sendable>(
        _ path: WorkspacePath, _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        do {
            return try await blocking.run(body)
        } catch let error as SystemError {
            throw FileFailure.error(error, path)
        }
    }
}

extension FileEntry {
    init(_ name: [UInt8], in directory: WorkspacePath, _ status: cloister_stat) {
        let prefix = directory.components.isEmpty ? [] : directory.bytes + [UInt8(ascii: "/")]
        self.init(
            name: String(decoding: name, as: UTF8.self), path: WorkspacePath.wireText(prefix + name),
            type: status.fileType, size: Int64(clamping: status.size), modifiedAt: status.modified)
    }
}
