// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import Platform

/// Where artifacts end up: named bytes that are written once.
///
/// Keys of artifacts are hashes of their content, so every operation may be repeated without harm.
package protocol ObjectStore: Sendable {
    /// `directory` or `s3`.
    var kind: String { get }
    /// What names the store itself, `s3://bucket` for instance. Never holds a credential.
    var location: String { get }

    /// Where the object is, for people and for other tools.
    func uri(_ key: ObjectKey) -> String

    /// Stores the body's bytes under the key. A key that exists already holds the same bytes and is left alone.
    func put(_ key: ObjectKey, _ body: ObjectBody, contentType: String) async throws -> PutOutcome

    /// The object's bytes; `range` is half-open and within the object.
    func get(_ key: ObjectKey, range: Range<Int64>?) async throws -> StoredObject

    /// Size and type, or nil when there is no such object.
    func head(_ key: ObjectKey) async throws -> ObjectInformation?

    /// Removes the object; no error when there is none.
    func delete(_ key: ObjectKey) async throws

    /// A URL that hands the object to whoever holds it, as a download named `fileName`; nil when the store has no such thing.
    ///
    /// - Parameter expires: seconds, at most seven days.
    func presignedGet(_ key: ObjectKey, expires: Int, fileName: String) async throws -> String?

    /// Ends connections. The store takes no calls afterwards.
    func shutdown() async
}

/// A file to store: `size` bytes from offset 0 that hash to `digest`.
package struct ObjectBody: Sendable {
    package let file: Descriptor
    package let size: Int64
    package let digest: ContentDigest

    package init(file: Descriptor, size: Int64, digest: ContentDigest) {
        self.file = file
        self.size = size
        self.digest = digest
    }
}

package enum PutOutcome: Sendable, Equatable {
    case stored
    /// The key existed; nothing was written.
    case present
}

package struct ObjectInformation: Sendable, Equatable {
    /// Of the whole object, in bytes.
    package let size: Int64
    package let contentType: String

    package init(size: Int64, contentType: String) {
        self.size = size
        self.contentType = contentType
    }
}

/// An object being read.
package struct StoredObject: Sendable {
    package let information: ObjectInformation
    package let bytes: ObjectStream

    package init(information: ObjectInformation, bytes: ObjectStream) {
        self.information = information
        self.bytes = bytes
    }
}
