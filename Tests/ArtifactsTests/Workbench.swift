// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Blocking
import Foundation
import Glibc
import Logging
import ObjectStore
import Platform
import StateStore

/// A workspace, a spool, a database and an object store in one directory, and a pipeline over them.
final class Workbench: Sendable {
    static let session = "ses_test_a"
    static let pool = try? BlockingPool(name: "test", threads: 4)

    let root: String
    /// Database and objects: never on the pool's file system, as in a real instance.
    let home: String
    let artifacts: String
    let state: StateStore
    let spool: Spool
    let objects: DirectoryStore
    let pipeline: ArtifactPipeline
    private let mount: BtrfsLoop?

    /// - Parameters:
    ///   - mount: where workspace and spool lie; a plain directory when nil.
    ///   - base: for a plain directory.
    ///   - reopening: takes over another bench's files, as a daemon that starts again does.
    init(
        _ limits: ArtifactLimits = ArtifactLimits(), on mount: BtrfsLoop? = nil, in base: String = "/tmp",
        store: (@Sendable (DirectoryStore) -> any ObjectStore)? = nil, reopening old: Workbench? = nil
    ) throws {
        let parent = mount?.path ?? base
        root = old?.root ?? "\(parent)/cloister-artifacts-\(getpid())-\(UInt64.random(in: .min ... .max))"
        home = old?.home ?? "/tmp/cloister-home-\(getpid())-\(UInt64.random(in: .min ... .max))"
        self.mount = mount
        artifacts = root + "/workspace/artifacts"
        let manager = FileManager.default
        for path in ["\(root)/workspace/artifacts", "\(root)/spool", home] {
            try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        guard let pool = Self.pool else { throw BenchError.noPool }
        state = try StateStore(path: "\(home)/cloister.db")
        spool = try Spool(path: "\(root)/spool", limit: limits.spoolBytes)
        objects = try DirectoryStore(path: "\(home)/objects", pool: pool)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        pipeline = ArtifactPipeline(
            store: store?(objects) ?? objects, state: state, spool: spool, pool: pool, limits: limits, logger: logger)
        if old == nil { try insertSession() }
    }

    deinit {
        try? state.close()
        removeTree(root)
        removeTree(home)
    }

    enum BenchError: Error { case noPool }

    private func insertSession() throws {
        let session = SessionRecord(
            id: Self.session, key: Array(repeating: 1, count: 16), name: nil, image: "test", storage: "pool",
            limits: Data("{}".utf8), metadata: Data("{}".utf8), ownerUID: 0, state: "ready", createdAt: 1)
        _ = try state.createSession(session)
    }

    func collect(
        _ execution: String = "exe_test_1", freezer: Freezer = .none, workspace: String? = nil
    ) async throws -> [Artifact] {
        let directory = try Descriptor.open(workspace ?? "\(root)/workspace", O_RDONLY | O_DIRECTORY)
        return try await pipeline.collect(
            session: Self.session, execution: execution, workspace: directory, freezer: freezer)
    }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        let full = "\(artifacts)/\(path)"
        let parent = (full as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        let file = try Descriptor.open(full, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        try bytes.withUnsafeBytes { try FileTransfer.write(file, $0, at: 0) }
    }

    func write(_ path: String, _ text: String) throws {
        try write(path, Array(text.utf8))
    }

    /// Runs the uploader until nothing is pending, at most for some seconds.
    func upload() async throws {
        let task = Task { [pipeline] in await pipeline.run() }
        for _ in 0..<500 {
            let counts = try await pipeline.outbox()
            if counts.pending == 0 && counts.uploading == 0 { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        task.cancel()
        await task.value
    }

    /// Files of the spool that are not what their names say.
    func wrongSpoolFiles() throws -> [String] {
        try spoolNames().filter { name in
            guard let digest = ContentDigest(hex: name), let file = try spool.open(digest) else { return true }
            return try FileTransfer.digest(file).digest != digest
        }
    }

    func spoolNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(root)/spool").sorted()
    }
}

/// Removes a tree whatever its names and modes are.
func removeTree(_ path: String) {
    run("/bin/rm", ["-rf", "--", path])
}

@discardableResult
func run(_ program: String, _ arguments: [String]) -> Int32 {
    var pid = pid_t()
    var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    argv.append(nil)
    defer { for argument in argv { free(argument) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for number: CInt in [1, 2] { posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_WRONLY, 0) }
    guard posix_spawn(&pid, program, &actions, nil, argv, environ) == 0 else { return -1 }
    var status: CInt = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return status
}
