// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
package import ObjectStore
package import Platform

/// The directory of captured files that the object store does not have yet, each under its content's hash.
///
/// A name appears when the bytes are complete. Names that begin with `.new-` are captures under way, or rubbish of a
/// daemon that died.
package final class Spool: Sendable {
    package let path: String
    package let budget: SpoolBudget
    let pins = SpoolPins()
    let directory: Descriptor

    /// - Parameter path: an existing directory that only the daemon's user may enter.
    package init(path: String, limit: Int64) throws {
        self.path = path
        budget = SpoolBudget(limit: limit)
        do {
            directory = try Descriptor.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        } catch {
            throw ObjectStoreError(
                .configuration, "cannot use \(path) as the spool",
                remedy: "make it a directory that the daemon's user may write", cause: error)
        }
    }

    /// A new file without content, open for writing.
    func stage() throws(SystemError) -> (staged: StagedFile, file: Descriptor) {
        let name = AtomicFile.temporaryPrefix + String(UInt64.random(in: .min ... .max), radix: 36)
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
        let file = try Descriptor.open(at: directory, name, flags, mode: 0o600)
        return (StagedFile(name: name, directory: directory), file)
    }

    /// A file without a name, to clone into.
    func scratch() -> Descriptor? {
        try? AtomicFile(in: directory).file
    }

    /// The file of a content, for reading; nil when it is not here.
    package func open(_ digest: ContentDigest) throws(SystemError) -> Descriptor? {
        do {
            return try Descriptor.open(at: directory, digest.hex, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        } catch  where error.errno == ENOENT {
            return nil
        }
    }

    func contains(_ digest: ContentDigest) -> Bool {
        var status = cloister_stat()
        return cloister_fstatat(directory.number, digest.hex, &status) == 0
    }

    /// Removes a content's file. True when there was one.
    @discardableResult
    func remove(_ digest: ContentDigest) -> Bool {
        unlinkat(directory.number, digest.hex, 0) == 0
    }

    /// Names and their files' sizes.
    func list() throws -> [(name: String, size: Int64)] {
        // A cursor moves its descriptor's position, which must not be shared.
        let cursor = DirectoryCursor(try Descriptor.open(at: directory, ".", O_RDONLY | O_DIRECTORY))
        var files: [(name: String, size: Int64)] = []
        while let entry = try cursor.next() {
            var status = cloister_stat()
            guard cloister_fstatat(directory.number, entry.name, &status) == 0 else { continue }
            files.append((String(decoding: entry.bytes, as: UTF8.self), FileIdentity(status).size))
        }
        return files
    }

    /// Adds a content from memory. False when it is there already.
    func add(_ bytes: [UInt8], as digest: ContentDigest) throws(SystemError) -> Bool {
        var new = try AtomicFile(in: directory)
        var failure: SystemError?
        bytes.withUnsafeBytes { bytes in
            do throws(SystemError) {
                try FileTransfer.write(new.file, bytes, at: 0)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return try new.publish(as: digest.hex)
    }

    func removeLeftover(_ name: String) {
        unlinkat(directory.number, name, 0)
    }

    /// Waits until these contents and their names are on the disk.
    func synchronize(_ digests: Set<ContentDigest>) throws(SystemError) {
        guard !digests.isEmpty else { return }
        if digests.count > Self.fewFiles {
            try check("syncfs", cloister_sync_filesystem(directory.number))
            return
        }
        for digest in digests {
            if let file = try open(digest) { try FileTransfer.synchronize(file) }
        }
        try FileTransfer.synchronize(directory)
    }

    /// Up to so many files it is cheaper to sync each than the whole file system.
    private static let fewFiles = 32
}
