// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import ObjectStore
import Platform

/// Gets a session's file into the daemon's hands: small ones into memory, others by reflink or, where the file system
/// cannot do that, by copying what is not a hole. Never maps a file: the session could truncate it.
struct FileCopier {
    let spool: Spool
    let limits: ArtifactLimits

    func open(_ file: FoundFile) throws(CaptureFailure) -> (file: Descriptor, status: cloister_stat) {
        let opened: (file: Descriptor, status: cloister_stat)?
        do {
            opened = try ConfinedOpen.regularFile(file.name, in: file.parent)
        } catch {
            throw CaptureFailure(error)
        }
        guard let opened else { throw CaptureFailure(.unknownType) }
        return opened
    }

    func identity(_ file: Descriptor) throws(CaptureFailure) -> FileIdentity {
        do {
            return FileIdentity(try ConfinedOpen.status(file))
        } catch {
            throw CaptureFailure(error)
        }
    }

    /// - Parameters:
    ///   - size: what the kernel said when the file was opened; no more than that is taken.
    ///   - inMemory: for small files.
    func copy(_ source: Descriptor, size: Int64, inMemory: Bool) throws(CaptureFailure) -> CapturedFile.Content {
        guard size <= limits.fileBytes else { throw CaptureFailure(.tooLarge) }
        do {
            if inMemory { return .bytes(try read(source, Int(size))) }
            return .staged(try stage(source, size: size))
        } catch {
            throw CaptureFailure(error)
        }
    }

    private func read(_ source: Descriptor, _ count: Int) throws(SystemError) -> [UInt8] {
        guard count > 0 else { return [] }
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(SystemError) {
                filled = try FileTransfer.read(source, into: UnsafeMutableRawBufferPointer(buffer), at: 0)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    private func stage(_ source: Descriptor, size: Int64) throws(SystemError) -> StagedFile {
        let (staged, target) = try spool.stage()
        if cloister_reflink(target.number, source.number) == 0 {
            // A file that has grown since is cut back to what was reserved for it.
            if try ConfinedOpen.status(target).size > UInt64(size) {
                try checkPOSIX("ftruncate", ftruncate(target.number, off_t(size)))
            }
        } else {
            try HoleAwareCopy.copy(source, to: target, size: size)
        }
        return staged
    }
}
