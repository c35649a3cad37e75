// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Logging
import Platform

/// Takes all files that differ from the manifest: freezes, clones, thaws.
struct ArtifactCapture {
    struct Taken {
        let files: [CapturedFile]
        let skips: [SkippedFile]
        /// Paths of the manifest that are gone; empty when a limit ended the scan.
        let removed: [[UInt8]]
    }

    let spool: Spool
    let limits: ArtifactLimits
    let logger: Logger

    /// Nil when nothing differs, which is found out without freezing.
    func take(_ directory: Descriptor, manifest: Manifest, freezer: Freezer) throws -> Taken? {
        let scanner = ArtifactScanner(limits: limits, manifest: manifest)
        let survey = try scanner.survey(directory) { [spool] in spool.scratch() }
        if survey.isUnchanged { return nil }
        guard survey.changedFiles > 0 else { return try walk(directory, manifest) }
        return try frozen(freezer) { isFrozen in
            let taken = try walk(directory, manifest)
            if isFrozen, let newest = taken.files.map(\.identity.changedNanoseconds).max() { CaptureClock.pass(newest) }
            return taken
        }
    }

    /// A session that cannot be frozen is captured as it runs: hashes are of the copies, so they stay true.
    private func frozen(_ freezer: Freezer, _ body: (_ isFrozen: Bool) throws -> Taken) throws -> Taken {
        do {
            try freezer.freeze()
        } catch {
            logger.warning("capturing artifacts of a session that could not be frozen", metadata: ["cause": "\(error)"])
            return try body(false)
        }
        defer { freezer.thaw() }
        return try body(true)
    }

    private func walk(_ directory: Descriptor, _ manifest: Manifest) throws -> Taken {
        let copier = FileCopier(spool: spool, limits: limits)
        let budget = CaptureBudget(limits, spool: spool.budget)
        var visitor = CaptureVisitor(manifest: manifest, copier: copier, budget: budget)
        var walk = try TreeWalk(directory, limits: limits)
        walk.run(&visitor)
        let removed = walk.isTruncated ? [] : manifest.entries.keys.filter { !visitor.seen.contains($0) }
        return Taken(files: visitor.files, skips: visitor.skips, removed: Array(removed))
    }
}
