// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Logging
import ObjectStore
import Platform
import StateStore

/// One execution's artifacts, from the directory to rows in the database. Blocks.
struct ArtifactCollector {
    let spool: Spool
    let state: StateStore
    let limits: ArtifactLimits
    let mime: MimeDetector
    let manifests: ManifestCache
    let logger: Logger

    func collect(
        session: String, execution: String, workspace: Descriptor, freezer: Freezer
    ) throws -> [ArtifactRecord] {
        let manifest = try manifests.manifest(session)
        guard let taken = try take(workspace, manifest, freezer) else {
            manifests.noteUnchanged(session, manifest, in: workspace)
            return []
        }
        defer { release(taken) }
        var sealer = Sealer(spool: spool, state: state, mime: mime)
        defer { spool.pins.unpin(sealer.pinned) }
        do {
            try sealer.seal(taken.files)
            return try record(taken, sealer, manifest, session: session, execution: execution)
        } catch {
            sealer.discard()
            throw error
        }
    }

    private func take(
        _ workspace: Descriptor, _ manifest: Manifest, _ freezer: Freezer
    ) throws -> ArtifactCapture.Taken? {
        switch ArtifactDirectory.open(in: workspace) {
        case .present(let directory):
            return try ArtifactCapture(spool: spool, limits: limits, logger: logger)
                .take(directory, manifest: manifest, freezer: freezer)
        case .missing:
            let removed = Array(manifest.entries.keys)
            return removed.isEmpty ? nil : ArtifactCapture.Taken(files: [], skips: [], removed: removed)
        case .unusable(let reason):
            guard manifest.entries[[]] == nil else { return nil }
            let skip = SkippedFile(path: [], identity: nil, reason: reason)
            return ArtifactCapture.Taken(files: [], skips: [skip], removed: Array(manifest.entries.keys))
        }
    }

    private func record(
        _ taken: ArtifactCapture.Taken, _ sealed: Sealer, _ manifest: Manifest, session: String,
        execution: String
    ) throws -> [ArtifactRecord] {
        let rows = CaptureRows(session: session, execution: execution, now: CaptureClock.milliseconds())
        let capture = rows.capture(sealed.files, skips: taken.skips + sealed.skips, removed: taken.removed)
        let outcome = try state.recordCapture(capture)
        settle(capture.uploads, outcome.uploads, added: sealed.added)
        manifests.apply(capture.manifest, to: manifest, of: session)
        return outcome.artifacts
    }

    /// Counts what stays in the spool and removes what the object store has got in the meantime.
    private func settle(_ uploads: [OutboxRecord], _ outcomes: [OutboxInsertion], added: Set<ContentDigest>) {
        for (upload, outcome) in zip(uploads, outcomes) {
            guard let digest = ContentDigest(hex: upload.sha256), added.contains(digest) else { continue }
            if case .known(let row) = outcome, row.state == .stored {
                spool.remove(digest)
            } else {
                spool.budget.adopt(upload.size)
            }
        }
    }

    /// Gives back what was reserved before the files were read; `settle` has counted what is kept.
    private func release(_ taken: ArtifactCapture.Taken) {
        for file in taken.files { spool.budget.release(file.reserved) }
    }
}
