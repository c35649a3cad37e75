// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
package import Platform

/// The session's `artifacts` directory as it is at this moment.
package enum ArtifactDirectory: Sendable {
    package static let name = "artifacts"

    case present(Descriptor)
    case missing
    /// A file, a symbolic link or something unreadable stands in its place.
    case unusable(SkipReason)

    /// - Parameter workspace: the root of the session's workspace.
    package static func open(in workspace: Descriptor) -> ArtifactDirectory {
        do {
            return .present(try ConfinedOpen.directory(name, in: workspace))
        } catch  where error.errno == ENOENT {
            return .missing
        } catch  where [ELOOP, ENOTDIR].contains(error.errno) {
            return .unusable(.notADirectory)
        } catch {
            return .unusable(SkipReason(errno: error.errno))
        }
    }
}
