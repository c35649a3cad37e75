// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// The directory store's blocking half: keys to files and back.
struct ObjectTree: Sendable {
    struct Found: Sendable {
        let file: Descriptor
        let information: ObjectInformation
    }

    private static let directoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
    private static let typeSuffix = ".type"

    private let root: Descriptor

    init(path: String) throws {
        do {
            if mkdir(path, 0o700) != 0 && errno != EEXIST { throw SystemError("mkdir \(path)", errno: errno) }
            root = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
        } catch {
            throw ObjectStoreError(
                .configuration, "cannot use \(path) as the object directory",
                remedy: "make it a directory that the daemon's user may write", cause: error)
        }
    }

    func store(_ key: ObjectKey, _ body: ObjectBody, contentType: String) throws -> PutOutcome {
        let (directory, name) = try parent(of: key, create: true)
        if try size(of: name, in: directory) == body.size { return .present }
        if contentType != DirectoryStore.defaultType { try record(contentType, of: name, in: directory) }
        var new = try AtomicFile(in: directory)
        try copyVerified(body, to: new.file)
        try FileTransfer.synchronize(new.file)
        guard try new.publish(as: name) else { return try settle(name, in: directory, body) }
        try FileTransfer.synchronize(directory)
        return .stored
    }

    func open(_ key: ObjectKey) throws -> Found? {
        do {
            let (directory, name) = try parent(of: key, create: false)
            let file = try Descriptor.open(at: directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let size = Int64(exactly: try FileTransfer.status(file).size) ?? 0
            let type = try recordedType(of: name, in: directory)
            return Found(file: file, information: ObjectInformation(size: size, contentType: type))
        } catch let error as SystemError where error.errno == ENOENT {
            return nil
        }
    }

    func remove(_ key: ObjectKey) throws {
        do {
            let (directory, name) = try parent(of: key, create: false)
            for name in [name, name + Self.typeSuffix] where unlinkat(directory.number, name, 0) != 0 {
                guard errno == ENOENT else { throw SystemError("unlink", errno: errno) }
            }
            try FileTransfer.synchronize(directory)
        } catch let error as SystemError where error.errno == ENOENT {
            return
        }
    }

    /// The directory that holds the key's file, reached one component at a time.
    private func parent(of key: ObjectKey, create: Bool) throws -> (directory: Descriptor, name: String) {
        let components = key.components.map(String.init)
        var directory = root
        for component in components.dropLast() {
            if create { try makeDirectory(component, in: directory) }
            directory = try Descriptor.open(at: directory, component, Self.directoryFlags)
        }
        return (directory, components.last ?? "")
    }

    private func makeDirectory(_ name: String, in parent: Descriptor) throws {
        if mkdirat(parent.number, name, 0o700) == 0 { return try FileTransfer.synchronize(parent) }
        guard errno == EEXIST else { throw SystemError("mkdir", errno: errno) }
    }

    private func size(of name: String, in directory: Descriptor) throws -> Int64? {
        var status = cloister_stat()
        let result = cloister_fstatat(directory.number, name, &status)
        if result == -ENOENT { return nil }
        try check("stat", result)
        return Int64(exactly: status.size)
    }

    /// Another writer was first. Equal sizes mean equal bytes, as both were checked against the hash in the name.
    private func settle(_ name: String, in directory: Descriptor, _ body: ObjectBody) throws -> PutOutcome {
        if try size(of: name, in: directory) == body.size { return .present }
        throw ObjectStoreError(
            .integrity, "the object directory holds other bytes under the key of these",
            remedy: "move the file \(name) away; the daemon stores the right bytes at its next attempt")
    }

    private func copyVerified(_ body: ObjectBody, to target: Descriptor) throws {
        let (digest, size) = try FileTransfer.copy(body.file, to: target, limit: body.size)
        guard digest == body.digest, size == body.size else {
            throw ObjectStoreError(
                .integrity, "the bytes to store do not have the hash they were announced with",
                remedy: "check the disk that holds the spool")
        }
    }

    private func record(_ type: String, of name: String, in directory: Descriptor) throws {
        var new = try AtomicFile(in: directory)
        try Array(type.utf8).withUnsafeBytes { try FileTransfer.write(new.file, $0, at: 0) }
        try FileTransfer.synchronize(new.file)
        _ = try new.publish(as: name + Self.typeSuffix)
    }

    private func recordedType(of name: String, in directory: Descriptor) throws -> String {
        do {
            let type = try Descriptor.open(at: directory, name + Self.typeSuffix, O_RDONLY | O_NOFOLLOW).readText()
            return type.isEmpty ? DirectoryStore.defaultType : type
        } catch  where error.errno == ENOENT {
            return DirectoryStore.defaultType
        }
    }
}
