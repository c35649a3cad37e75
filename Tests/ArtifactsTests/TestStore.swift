// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import ObjectStore
import Synchronization

/// A directory store that fails as told and can be held back.
final class TestStore: ObjectStore {
    private let inner: DirectoryStore
    private let failures: Mutex<[ObjectStoreError]>
    private let log = Mutex<[String]>([])

    /// Fails so many puts, one error each, then works.
    init(_ inner: DirectoryStore, failures: [ObjectStoreError]) {
        self.inner = inner
        self.failures = Mutex(failures)
    }

    static func down(_ count: Int) -> [ObjectStoreError] {
        let error = ObjectStoreError(.unavailable, "the store is down", remedy: "wait", transient: true)
        return Array(repeating: error, count: count)
    }

    var puts: [String] { log.withLock { $0 } }
    var kind: String { "test" }
    var location: String { inner.location }

    func uri(_ key: ObjectKey) -> String { inner.uri(key) }

    func put(_ key: ObjectKey, _ body: ObjectBody, contentType: String) async throws -> PutOutcome {
        log.withLock { $0.append(key.text) }
        if let failure = failures.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw failure }
        return try await inner.put(key, body, contentType: contentType)
    }

    func get(_ key: ObjectKey, range: Range<Int64>?) async throws -> StoredObject {
        try await inner.get(key, range: range)
    }

    func head(_ key: ObjectKey) async throws -> ObjectInformation? { try await inner.head(key) }
    func delete(_ key: ObjectKey) async throws { try await inner.delete(key) }
    func presignedGet(_ key: ObjectKey, expires: Int, fileName: String) async throws -> String? { "signed:\(fileName)" }
    func shutdown() async {}
}
