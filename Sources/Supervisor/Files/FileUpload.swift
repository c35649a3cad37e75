// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CPlatform
import CloisterAPI
import Glibc
import Platform

/// A file on its way into a workspace: written under a name of its own beside the place where it belongs, and moved
/// there when it is whole.
final class FileUpload: Sendable {
    private let files: WorkspaceFiles
    private let path: WorkspacePath
    private let directory: Descriptor
    private let file: Descriptor
    private let name: [UInt8]
    private let temporaryName: [UInt8]

    /// Makes the directories on the way and an empty file.
    static func begin(_ files: WorkspaceFiles, _ path: WorkspacePath, size: Int64?) async throws -> FileUpload {
        guard let name = path.components.last else {
            throw CloisterError.invalid("The workspace itself is not a file.", remedy: "Name a file below it.")
        }
        return try await files.run(path) {
            let directory = try files.writable.makeParent(of: path)
            if let status = try? WorkspaceTree.status(directory, name), status.isDirectory {
                throw SystemError("open", errno: EISDIR)
            }
            let temporaryName = Array(".upload-\(UInt64.random(in: 0 ... .max))".utf8)
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
            let file = try WorkspaceTree.open(directory, temporaryName, flags, mode: 0o644)
            return FileUpload(files, path, directory, file, name, temporaryName)
        }
    }

    private init(
        _ files: WorkspaceFiles, _ path: WorkspacePath, _ directory: Descriptor, _ file: Descriptor, _ name: [UInt8],
        _ temporaryName: [UInt8]
    ) {
        self.files = files
        self.path = path
        self.directory = directory
        self.file = file
        self.name = name
        self.temporaryName = temporaryName
    }

    func append(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try await files.run(path) { [file] in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { write(file.number, $0.baseAddress, $0.count) }
                rest = rest.dropFirst(Int(try checkPOSIX("write", written)))
            }
        }
    }

    /// Puts the file in its place.
    func finish() async throws -> WrittenFile {
        try await files.run(path) { [self] in
            let isNew = (try? WorkspaceTree.status(directory, name)) == nil
            let renamed = WorkspaceTree.withPath(temporaryName) { from in
                WorkspaceTree.withPath(name) { cloister_rename(directory.number, from, directory.number, $0, 0) }
            }
            try check("rename", renamed)
            let parent = WorkspacePath(bytes: Array(path.components.dropLast().joined(separator: [UInt8(ascii: "/")])))
            let entry = FileEntry(name, in: parent ?? .root, try WorkspaceTree.status(file))
            return WrittenFile(entry: entry, isNew: isNew)
        }
    }

    /// Leaves nothing behind, in a task of its own: the one that uploads may be cancelled.
    func discard() async {
        let removal = Task {
            try await files.run(path) { [self] in
                _ = WorkspaceTree.withPath(temporaryName) { unlinkat(directory.number, $0, 0) }
            }
        }
        _ = await removal.result
    }
}
