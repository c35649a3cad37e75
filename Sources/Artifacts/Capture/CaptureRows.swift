// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import ObjectStore
import StateStore

/// What a capture writes into the database.
struct CaptureRows {
    let session: String
    let execution: String
    /// Milliseconds since 1970.
    let now: Int64

    func capture(_ files: [SealedFile], skips: [SkippedFile], removed: [[UInt8]]) -> CaptureRecord {
        let artifacts = files.map(artifact) + skips.map(artifact)
        let entries = files.map { $0.identity.entry(path: $0.path, digest: $0.digest.hex) } + skips.compactMap(entry)
        return CaptureRecord(
            sessionID: session,
            artifacts: artifacts.sorted { $0.path.lexicographicallyPrecedes($1.path) },
            uploads: uploads(files),
            manifest: ManifestChange(changed: entries, removed: removed))
    }

    /// One for each content, with the type that its first name gave it.
    private func uploads(_ files: [SealedFile]) -> [OutboxRecord] {
        var seen: Set<ContentDigest> = []
        return files.filter { seen.insert($0.digest).inserted }.map {
            OutboxRecord(
                sha256: $0.digest.hex, size: $0.size, mime: $0.mime, spoolName: $0.digest.hex, nextAttemptAt: now)
        }
    }

    private func artifact(_ file: SealedFile) -> ArtifactRecord {
        ArtifactRecord(
            sessionID: session, executionID: execution, path: file.path, sha256: file.digest.hex, size: file.size,
            mime: file.mime, state: .captured, reason: file.changedMeanwhile ? "changed_during_capture" : nil,
            createdAt: now)
    }

    private func artifact(_ file: SkippedFile) -> ArtifactRecord {
        ArtifactRecord(
            sessionID: session, executionID: execution, path: file.path, sha256: nil, size: file.identity?.size ?? 0,
            mime: nil, state: .skipped, reason: file.reason.rawValue, createdAt: now)
    }

    /// So that a refusal is reported once. What may succeed later is not noted, and looked at again.
    private func entry(_ file: SkippedFile) -> ManifestEntry? {
        guard !file.reason.isTemporary else { return nil }
        guard let identity = file.identity else {
            return ManifestEntry(
                path: file.path, device: 0, inode: 0, size: 0, modifiedNanoseconds: 0, changedNanoseconds: 0,
                sha256: nil)
        }
        return identity.entry(path: file.path, digest: nil)
    }
}
