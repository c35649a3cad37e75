// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import ObjectStore
package import Platform

/// Tells whether anything below the artifact directory differs from what is known, and gets changed files onto the
/// disk, which takes far longer than cloning them afterwards. Nothing needs to be frozen for it.
package struct ArtifactScanner {
    package struct Survey: Sendable {
        /// Every file, and everything that was refused, is as the manifest has it.
        package fileprivate(set) var isUnchanged: Bool
        /// Files to capture.
        package fileprivate(set) var changedFiles: Int
    }

    private let limits: ArtifactLimits
    private let manifest: Manifest

    package init(limits: ArtifactLimits, manifest: Manifest) {
        self.limits = limits
        self.manifest = manifest
    }

    /// - Parameter scratch: makes the file that large changed files are cloned into to flush them.
    package func survey(
        _ directory: Descriptor, flushingInto scratch: @escaping () -> Descriptor? = { nil }
    ) throws(SystemError) -> Survey {
        var walk = try TreeWalk(directory, limits: limits)
        var visitor = SurveyVisitor(manifest: manifest, makeScratch: scratch)
        walk.run(&visitor)
        let isUnchanged = visitor.changedFiles == 0 && !visitor.hasNewSkips && visitor.known == manifest.count
        return Survey(isUnchanged: isUnchanged, changedFiles: visitor.changedFiles)
    }
}

private struct SurveyVisitor: TreeVisitor {
    /// Smaller files are flushed quickly enough at their capture.
    private static let flushBytes = 256 * 1024

    private enum Scratch {
        case notMade
        case made(Descriptor)
        /// Where files cannot be cloned with one there is nothing to gain with the others either.
        case useless
    }

    let manifest: Manifest
    let makeScratch: () -> Descriptor?
    private var scratch = Scratch.notMade
    private(set) var known = 0
    private(set) var changedFiles = 0
    private(set) var hasNewSkips = false

    init(manifest: Manifest, makeScratch: @escaping () -> Descriptor?) {
        self.manifest = manifest
        self.makeScratch = makeScratch
    }

    mutating func found(_ file: FoundFile) {
        if manifest.knows(file.path, as: FileIdentity(file.status)) {
            known += 1
        } else {
            changedFiles += 1
            if file.status.size >= Self.flushBytes { flush(file) }
        }
    }

    mutating func skipped(_ path: [UInt8], _ status: cloister_stat?, _ reason: SkipReason) {
        if let status, manifest.knows(path, as: FileIdentity(status)) {
            known += 1
        } else if status != nil || manifest.entries[path] == nil {
            hasNewSkips = true
        } else {
            known += 1
        }
    }

    private mutating func flush(_ file: FoundFile) {
        if case .notMade = scratch { scratch = makeScratch().map(Scratch.made) ?? .useless }
        guard case .made(let target) = scratch,
            let source = try? ConfinedOpen.regularFile(file.name, in: file.parent)
        else { return }
        if cloister_reflink(target.number, source.file.number) != 0 { scratch = .useless }
    }
}
