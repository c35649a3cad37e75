// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import ObjectStore
import Platform
import StateStore

/// Hashes captured files and names them by their hash. Nothing is frozen any more.
struct Sealer {
    private struct Content {
        let digest: ContentDigest
        let size: Int64
        let start: [UInt8]
    }

    let spool: Spool
    let state: StateStore
    let mime: MimeDetector
    private(set) var files: [SealedFile] = []
    private(set) var skips: [SkippedFile] = []
    /// Contents that this capture has put into the spool.
    private(set) var added: Set<ContentDigest> = []
    /// Contents that it counts on there, pinned.
    private(set) var pinned: Set<ContentDigest> = []

    init(spool: Spool, state: StateStore, mime: MimeDetector) {
        self.spool = spool
        self.state = state
        self.mime = mime
    }

    /// When this returns, every content is on the disk of the spool or in the object store.
    mutating func seal(_ captured: [CapturedFile]) throws {
        var contents: [Int: Content] = [:]
        for (index, file) in captured.enumerated() {
            do {
                let content = try seal(file, earlier: contents)
                contents[index] = content
                files.append(describe(file, content))
            } catch let error as SystemError {
                let reason = SkipReason(errno: error.errno)
                skips.append(SkippedFile(path: file.path, identity: file.identity, reason: reason))
            }
        }
        do {
            try spool.synchronize(pinned)
        } catch {
            refuse(SkipReason(errno: error.errno))
        }
    }

    /// Gives up what is in the spool and not known to be on the disk.
    private mutating func refuse(_ reason: SkipReason) {
        for file in files where pinned.contains(file.digest) {
            skips.append(SkippedFile(path: file.path, identity: file.identity, reason: reason))
        }
        files.removeAll { pinned.contains($0.digest) }
        discard()
    }

    /// Removes this capture's files from the spool unless somebody else has come to count on them.
    mutating func discard() {
        for digest in added {
            spool.pins.ifOnlyOne(digest) {
                if case .some(.none) = try? state.upload(digest.hex) { spool.remove(digest) }
            }
        }
        added = []
    }

    private mutating func seal(_ file: CapturedFile, earlier: [Int: Content]) throws -> Content {
        switch file.content {
        case .sameAs(let index):
            guard let content = earlier[index] else { throw SystemError("capture of the other name", errno: EIO) }
            return content
        case .bytes(let bytes):
            let digest = try ContentDigest.of(bytes)
            try keep(digest) { [spool] in try !spool.contains(digest) && spool.add(bytes, as: digest) }
            let start = Array(bytes.prefix(MimeDetector.startBytes))
            return Content(digest: digest, size: Int64(bytes.count), start: start)
        case .staged(let staged):
            let source = try staged.open()
            let (digest, size) = try FileTransfer.digest(source)
            try keep(digest) { try staged.publish(as: digest.hex) }
            return Content(digest: digest, size: size, start: try source.readStart(limit: MimeDetector.startBytes))
        }
    }

    /// Puts a content into the spool unless this capture has done so or the object store has it.
    private mutating func keep(_ digest: ContentDigest, _ put: () throws -> Bool) throws {
        guard !pinned.contains(digest), try !isStored(digest) else { return }
        spool.pins.pin(digest)
        do {
            if try put() { added.insert(digest) }
            pinned.insert(digest)
        } catch {
            spool.pins.unpin([digest])
            throw error
        }
    }

    /// True when the object store has confirmed the content. Such a row never changes again.
    private func isStored(_ digest: ContentDigest) throws -> Bool {
        try state.upload(digest.hex)?.state == .stored
    }

    private func describe(_ file: CapturedFile, _ content: Content) -> SealedFile {
        SealedFile(
            path: file.path, identity: file.identity, digest: content.digest, size: content.size,
            mime: mime.type(name: PathText.name(file.path), start: content.start),
            changedMeanwhile: file.changedMeanwhile)
    }
}
