// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Platform
import StateStore
import Synchronization

/// The manifests of live sessions. Large ones stay in the database only.
final class ManifestCache: Sendable {
    private static let largest = 4_096

    private let state: StateStore
    private let manifests = Mutex<[String: Manifest]>([:])
    /// Sessions whose manifest and directory are empty.
    private let empty = Mutex<[String: EmptyDirectory]>([:])

    init(_ state: StateStore) {
        self.state = state
    }

    func manifest(_ session: String) throws -> Manifest {
        if let known = manifests.withLock({ $0[session] }) { return known }
        let manifest = Manifest(try state.manifest(session: session))
        keep(manifest, session)
        return manifest
    }

    /// A session that is new has nothing in the database.
    func begin(_ session: String) {
        keep(Manifest([]), session)
    }

    /// What `change` makes of the session's manifest, once the database has it.
    func apply(_ change: ManifestChange, to manifest: Manifest, of session: String) {
        var manifest = manifest
        manifest.apply(change)
        keep(manifest, session)
    }

    func forget(_ session: String) {
        manifests.withLock { $0[session] = nil }
        empty.withLock { $0[session] = nil }
    }

    /// Whether there is nothing in the directory, and has been nothing.
    func isStillEmpty(_ session: String, in workspace: Descriptor) -> Bool {
        empty.withLock { $0[session] }?.isStillEmpty(in: workspace) ?? false
    }

    /// To be called when a look at the directory has found no change.
    func noteUnchanged(_ session: String, _ manifest: Manifest, in workspace: Descriptor) {
        let found = manifest.entries.isEmpty ? EmptyDirectory(in: workspace) : nil
        empty.withLock { $0[session] = found }
    }

    private func keep(_ manifest: Manifest, _ session: String) {
        manifests.withLock { $0[session] = manifest.count <= Self.largest ? manifest : nil }
    }
}
