// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import ObjectStore
import Platform
import StateStore

/// Hashes captured files and names them by their hash. Nothing is frozen any more.
struct Sealer {
    struct Sealed {
        var files: [SealedFile] = []
        var skips: [SkippedFile] = []
        /// Contents that this capture has put into the spool.
        var added: Set<ContentDigest> = []
    }

    private struct Content {
        let digest: ContentDigest
        let size: Int64
        let start: [UInt8]
    }

    let spool: Spool
    let state: StateStore
    let mime: MimeDetector

    /// When this returns, every content is on the disk of the spool or in the object store.
    func seal(_ files: [CapturedFile]) throws -> Sealed {
        var sealed = Sealed()
        var contents: [Int: Content] = [:]
        var toSync: Set<ContentDigest> = []
        for (index, file) in files.enumerated() {
            do {
                let content = try seal(file, earlier: contents, &sealed, &toSync)
                contents[index] = content
                sealed.files.append(describe(file, content))
            } catch let error as SystemError {
                let reason = SkipReason(errno: error.errno)
                sealed.skips.append(SkippedFile(path: file.path, identity: file.identity, reason: reason))
            }
        }
        try spool.synchronize(toSync)
        return sealed
    }

    private func seal(
        _ file: CapturedFile, earlier: [Int: Content], _ sealed: inout Sealed, _ toSync: inout Set<ContentDigest>
    ) throws -> Content {
        switch file.content {
        case .sameAs(let index):
            guard let content = earlier[index] else { throw SystemError("capture of the other name", errno: EIO) }
            return content
        case .bytes(let bytes):
            let digest = try ContentDigest.of(bytes)
            if !toSync.contains(digest), try !isStored(digest) {
                if try !spool.contains(digest) && spool.add(bytes, as: digest) { sealed.added.insert(digest) }
                toSync.insert(digest)
            }
            return Content(
                digest: digest, size: Int64(bytes.count), start: Array(bytes.prefix(MimeDetector.startBytes)))
        case .staged(let staged):
            let source = try staged.open()
            let (digest, size) = try FileTransfer.digest(source)
            if !toSync.contains(digest), try !isStored(digest) {
                if try staged.publish(as: digest.hex) { sealed.added.insert(digest) }
                toSync.insert(digest)
            }
            return Content(digest: digest, size: size, start: try start(of: source))
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

    private func start(of file: Descriptor) throws -> [UInt8] {
        try file.readStart(limit: MimeDetector.startBytes)
    }
}
