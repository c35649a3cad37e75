// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Glibc
import Supervisor
import Testing

@Suite struct WorkspaceFilesTests {
    private struct Chunks: AsyncSequence, Sendable {
        let chunks: [[UInt8]]
        var failure: (any Error)?

        struct AsyncIterator: AsyncIteratorProtocol {
            var rest: ArraySlice<[UInt8]>
            let failure: (any Error)?

            mutating func next() async throws -> [UInt8]? {
                if let chunk = rest.popFirst() { return chunk }
                if let failure { throw failure }
                return nil
            }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: chunks[...], failure: failure) }
    }

    private func withWorkspace(_ body: (Daemon, Session, String) async throws -> Void) async throws {
        try await withDaemon { daemon in
            let session = try await daemon.session()
            let held = try #require(daemon.host.keys.first.flatMap { daemon.host.held($0) })
            try await body(daemon, session, "\(held.directory)/workspace")
        }
    }

    private func path(_ text: String) throws -> WorkspacePath { try #require(WorkspacePath(bytes: Array(text.utf8))) }

    private func read(_ daemon: Daemon, _ session: Session, _ name: String) async throws -> String {
        let content = try await daemon.manager.readFile(try path(name), in: session.id)
        var bytes: [UInt8] = []
        for try await chunk in content.read(0..<content.size) { bytes += chunk }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func names(_ daemon: Daemon, _ session: Session, _ at: String = "") async throws -> [String] {
        try await daemon.manager.files(in: session.id, at: try path(at), page: PageQuery()).entries.map(\.path)
    }

    @Test func uploadsMakeParentsAndReplace() async throws {
        try await withWorkspace { daemon, session, _ in
            let first = try await daemon.manager.writeFile(
                try path("a/b/c.txt"), in: session.id, size: nil, body: Chunks(chunks: [[104], [105]]))
            #expect(first.isNew && first.entry.size == 2 && first.entry.path == "a/b/c.txt")
            let second = try await daemon.manager.writeFile(
                try path("a/b/c.txt"), in: session.id, size: 3, body: Chunks(chunks: [Array("new".utf8)]))
            #expect(!second.isNew)
            #expect(try await read(daemon, session, "a/b/c.txt") == "new")
            #expect(try await names(daemon, session, "a/b") == ["a/b/c.txt"])
        }
    }

    @Test func aFailedUploadLeavesNothing() async throws {
        try await withWorkspace { daemon, session, _ in
            await #expect(throws: CancellationError.self) {
                try await daemon.manager.writeFile(
                    try path("x"), in: session.id, size: nil,
                    body: Chunks(chunks: [[1]], failure: CancellationError()))
            }
            let left = try await names(daemon, session)
            #expect(left == ["artifacts"])
            let tooLarge = await #expect(throws: CloisterError.self) {
                try await daemon.manager.writeFile(
                    try path("x"), in: session.id, size: 1 << 30, body: Chunks(chunks: []))
            }
            #expect(tooLarge?.code == .workspaceFull)
        }
    }

    @Test func nothingLeadsOutOfTheWorkspace() async throws {
        try await withWorkspace { daemon, session, workspace in
            symlink("/etc", "\(workspace)/etc")
            symlink("/etc/passwd", "\(workspace)/passwd")
            symlink("artifacts", "\(workspace)/inside")
            for name in ["etc/passwd", "passwd", "inside/x"] {
                await #expect(throws: CloisterError.self) { try await read(daemon, session, name) }
                await #expect(throws: CloisterError.self) {
                    try await daemon.manager.writeFile(
                        try path("\(name)/y"), in: session.id, size: nil, body: Chunks(chunks: [[1]]))
                }
            }
            #expect(access("/etc/y", F_OK) != 0)
            let replaced = try await daemon.manager.writeFile(
                try path("passwd"), in: session.id, size: nil, body: Chunks(chunks: [[65]]))
            #expect(replaced.entry.type == .file)
            #expect(try await read(daemon, session, "passwd") == "A")
            let listing = try await daemon.manager.files(in: session.id, at: .root, page: PageQuery())
            #expect(listing.entries.first { $0.name == "etc" }?.type == .symlink)
        }
    }

    @Test func specialFilesAreNotRead() async throws {
        try await withWorkspace { daemon, session, workspace in
            mkfifo("\(workspace)/fifo", 0o644)
            for name in ["fifo", "artifacts", "missing"] {
                await #expect(throws: CloisterError.self) { try await read(daemon, session, name) }
            }
        }
    }

    @Test func deletingTakesFilesLinksAndEmptyDirectories() async throws {
        try await withWorkspace { daemon, session, workspace in
            symlink("/etc/passwd", "\(workspace)/link")
            mkdir("\(workspace)/full", 0o755)
            close(creat("\(workspace)/full/file", 0o644))
            try await daemon.manager.deleteFile(try path("link"), in: session.id)
            #expect(access("/etc/passwd", F_OK) == 0)
            await #expect(throws: CloisterError.self) {
                try await daemon.manager.deleteFile(try path("full"), in: session.id)
            }
            try await daemon.manager.deleteFile(try path("full/file"), in: session.id)
            try await daemon.manager.deleteFile(try path("full"), in: session.id)
            #expect(try await names(daemon, session) == ["artifacts"])
            await #expect(throws: CloisterError.self) {
                try await daemon.manager.deleteFile(try path("full"), in: session.id)
            }
        }
    }

    @Test func listsArePagedByTheBytesOfNames() async throws {
        try await withWorkspace { daemon, session, workspace in
            rmdir("\(workspace)/artifacts")
            let names = (0..<25).map { "file\($0 < 10 ? "0" : "")\($0)" }
            for name in names.shuffled() { close(creat("\(workspace)/\(name)", 0o644)) }
            let broken: [CChar] = Array(workspace.utf8CString.dropLast()) + [0x2f, -1, 0]
            close(creat(broken, 0o644))
            var seen: [String] = []
            var cursor: String?
            repeat {
                let page = try await daemon.manager.files(
                    in: session.id, at: .root, page: PageQuery(cursor: cursor, limit: 7))
                seen += page.entries.map(\.path)
                cursor = page.nextCursor
            } while cursor != nil
            #expect(seen == names + ["%FF"])
            for wrong in ["", "x", "f.0", "f.zz", "s.1."] {
                await #expect(throws: CloisterError.self) {
                    try await daemon.manager.files(in: session.id, at: .root, page: PageQuery(cursor: wrong, limit: 7))
                }
            }
        }
    }
}
