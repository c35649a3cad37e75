// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// An artifact directory that was seen to hold nothing. As long as its own stamps are the same it still does: every
/// name that comes or goes changes them, and nobody can set the kernel's.
struct EmptyDirectory: Sendable, Equatable {
    /// The kernel stamps changes by its tick, so that one right after the look could have the same stamp as one before.
    private static let settledNanoseconds: Int64 = 50_000_000

    private let identity: FileIdentity

    /// `nil` unless the directory is there, has nothing in it, and was left alone for a moment.
    init?(in workspace: Descriptor) {
        guard case .present(let directory) = ArtifactDirectory.open(in: workspace),
            let status = try? ConfinedOpen.status(directory)
        else { return nil }
        identity = FileIdentity(status)
        // In this order: what comes after the stamps were read changes them.
        guard Self.now - identity.changedNanoseconds > Self.settledNanoseconds,
            Self.hasNothing(directory)
        else { return nil }
    }

    private static func hasNothing(_ directory: Descriptor) -> Bool {
        do {
            return try DirectoryCursor(directory).next() == nil
        } catch {
            return false
        }
    }

    /// One system call. False says nothing.
    func isStillEmpty(in workspace: Descriptor) -> Bool {
        var status = cloister_stat()
        guard cloister_fstatat(workspace.number, ArtifactDirectory.name, &status) >= 0 else { return false }
        return FileIdentity(status) == identity
    }

    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
