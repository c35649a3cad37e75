// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import StateStore

/// What the last scan of a session's artifact directory knew, by path.
package struct Manifest: Sendable {
    package private(set) var entries: [[UInt8]: ManifestEntry]

    package init(_ entries: [ManifestEntry] = []) {
        self.entries = Dictionary(entries.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
    }

    package var count: Int { entries.count }

    func knows(_ path: [UInt8], as identity: FileIdentity) -> Bool {
        entries[path].map(identity.matches) ?? false
    }

    mutating func apply(_ change: ManifestChange) {
        for path in change.removed { entries[path] = nil }
        for entry in change.changed { entries[entry.path] = entry }
    }
}
