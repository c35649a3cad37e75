// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import Blocking
import CPlatform
import Glibc
import Platform

/// Objects as files below one directory, under the same keys as in S3. What a daemon uses when no bucket is configured.
///
/// An object appears whole or not at all and is on the disk when `put` returns. A type other than
/// `application/octet-stream` is kept beside the object in `<name>.type`.
package struct DirectoryStore: ObjectStore {
    static let defaultType = "application/octet-stream"

    package let kind = "directory"
    package let location: String
    private let path: String
    private let tree: ObjectTree
    private let pool: BlockingPool

    /// - Parameter path: absolute; the directory is made, readable by its owner only, when it is missing.
    package init(path: String, pool: BlockingPool) throws {
        self.path = path
        self.pool = pool
        location = "file://\(PercentEncoding.encodePath(path))"
        tree = try ObjectTree(path: path)
    }

    package func uri(_ key: ObjectKey) -> String {
        "\(location)/\(PercentEncoding.encodePath(key.text))"
    }

    package func put(_ key: ObjectKey, _ body: ObjectBody, contentType: String) async throws -> PutOutcome {
        try await attempt("store", key) { try tree.store(key, body, contentType: contentType) }
    }

    package func get(_ key: ObjectKey, range: Range<Int64>?) async throws -> StoredObject {
        let found = try await attempt("read", key) { try tree.open(key) }
        guard let found else { throw Self.missing(key) }
        let whole = 0..<found.information.size
        let wanted = range ?? whole
        guard wanted.lowerBound >= 0, wanted.upperBound <= whole.upperBound else {
            throw ObjectStoreError(
                .invalidRange, "the range ends behind the object", remedy: "ask for bytes within the object's size")
        }
        let chunks = FileChunks(found.file, wanted, pool: pool)
        return StoredObject(information: found.information, bytes: ObjectStream(chunks))
    }

    package func head(_ key: ObjectKey) async throws -> ObjectInformation? {
        try await attempt("look up", key) { try tree.open(key)?.information }
    }

    package func delete(_ key: ObjectKey) async throws {
        try await attempt("delete", key) { try tree.remove(key) }
    }

    package func presignedGet(_ key: ObjectKey, expires: Int, fileName: String) async throws -> String? {
        nil
    }

    package func shutdown() async {}

    private func attempt<Value: Sendable>(
        _ verb: String, _ key: ObjectKey, _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.run(body)
        } catch let error as SystemError {
            throw Self.translated(error, doing: "\(verb) the object \(key)", in: path)
        }
    }

    private static func missing(_ key: ObjectKey) -> ObjectStoreError {
        ObjectStoreError(
            .notFound, "there is no object \(key)", remedy: "it may have been deleted from the object directory by hand"
        )
    }

    static func translated(_ error: SystemError, doing action: String, in path: String) -> ObjectStoreError {
        let isFull = [ENOSPC, EDQUOT].contains(error.errno)
        return ObjectStoreError(
            isFull ? .full : .io, "cannot \(action)",
            remedy: isFull ? "make room on the disk that holds \(path)" : "check the owner and the disk of \(path)",
            cause: error, transient: true)
    }
}
