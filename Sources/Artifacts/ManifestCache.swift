// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import StateStore
import Synchronization

/// The manifests of live sessions. Large ones stay in the database only.
final class ManifestCache: Sendable {
    private static let largest = 4_096

    private let state: StateStore
    private let manifests = Mutex<[String: Manifest]>([:])

    init(_ state: StateStore) {
        self.state = state
    }

    func manifest(_ session: String) throws -> Manifest {
        if let known = manifests.withLock({ $0[session] }) { return known }
        let manifest = Manifest(try state.manifest(session: session))
        keep(manifest, session)
        return manifest
    }

    /// What `change` makes of the session's manifest, once the database has it.
    func apply(_ change: ManifestChange, to manifest: Manifest, of session: String) {
        var manifest = manifest
        manifest.apply(change)
        keep(manifest, session)
    }

    func forget(_ session: String) {
        manifests.withLock { $0[session] = nil }
    }

    private func keep(_ manifest: Manifest, _ session: String) {
        manifests.withLock { $0[session] = manifest.count <= Self.largest ? manifest : nil }
    }
}
