// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Platform

/// Takes the bytes of every file that differs from the manifest. Runs while the session is frozen, so it only clones,
/// or copies where cloning is impossible; hashing comes later.
struct CaptureVisitor: TreeVisitor {
    private struct Inode: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    /// A file of its own costs more than a copy of so many bytes.
    private static let smallBytes: Int64 = 64 * 1024

    private let manifest: Manifest
    private let copier: FileCopier
    private var budget: CaptureBudget
    private var memoryLeft: Int64 = 32 << 20
    private var indexes: [Inode: Int] = [:]
    private(set) var files: [CapturedFile] = []
    private(set) var skips: [SkippedFile] = []
    /// Every path there is, for finding out what is gone.
    private(set) var seen: Set<[UInt8]> = []

    init(manifest: Manifest, copier: FileCopier, budget: CaptureBudget) {
        self.manifest = manifest
        self.copier = copier
        self.budget = budget
    }

    mutating func found(_ file: FoundFile) {
        seen.insert(file.path)
        let identity = FileIdentity(file.status)
        guard !manifest.knows(file.path, as: identity) else { return }
        if let index = indexes[Inode(device: identity.device, inode: identity.inode)] {
            return append(file.path, files[index].identity, .sameAs(index), reserved: 0, false)
        }
        if let reason = budget.spend(identity.size) {
            return skips.append(SkippedFile(path: file.path, identity: identity, reason: reason))
        }
        do {
            try take(file, reserved: identity.size)
        } catch {
            budget.giveBack(identity.size)
            guard let reason = error.reason else { return }
            skips.append(SkippedFile(path: file.path, identity: identity, reason: reason))
        }
    }

    mutating func skipped(_ path: [UInt8], _ status: cloister_stat?, _ reason: SkipReason) {
        seen.insert(path)
        if let status, manifest.knows(path, as: FileIdentity(status)) { return }
        if status == nil, manifest.entries[path] != nil { return }
        skips.append(SkippedFile(path: path, identity: status.map(FileIdentity.init), reason: reason))
    }

    private mutating func take(_ file: FoundFile, reserved: Int64) throws(CaptureFailure) {
        let source = try copier.open(file)
        let before = FileIdentity(source.status)
        let isSmall = before.size <= min(Self.smallBytes, memoryLeft)
        let content = try copier.copy(source.file, size: before.size, inMemory: isSmall)
        if isSmall { memoryLeft -= before.size }
        let after = try copier.identity(source.file)
        indexes[Inode(device: before.device, inode: before.inode)] = files.count
        append(file.path, before, content, reserved: reserved, before != after)
    }

    private mutating func append(
        _ path: [UInt8], _ identity: FileIdentity, _ content: CapturedFile.Content, reserved: Int64, _ changed: Bool
    ) {
        files.append(
            CapturedFile(
                path: path, identity: identity, content: content, reserved: reserved, changedMeanwhile: changed))
    }
}
