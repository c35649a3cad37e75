// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Platform
import SpawnerProtocol

/// One session's workspace: kept across incarnations, gone with the session.
struct Workspace {
    /// A random name of the spawner's own: a subvolume of the pool, or a mount point on the stage.
    let name: String
    let storage: WorkspaceStorage
    /// The root directory, in a mount that only the spawner sees.
    let root: Descriptor
    let quota: UInt64
    /// The subvolume's id; 0 on tmpfs.
    let subvolume: UInt64
    /// Its session has ended: the quota is free for others, though the files may not be gone yet.
    var isGivenUp = false
}
