// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import Platform

/// The cgroup of one incarnation: a group with the limits, and two leaves.
///
/// `run` holds the driver and everything that user code starts; `keep` holds init and checkpoints, copies of the
/// driver that wait and must outlive an out-of-memory kill of `run`.
package struct SessionCgroup {
    /// The group's own name below the instance's group of sessions.
    package let name: String
    package let kill: Descriptor
    /// Where processes are born: of no use once the driver runs.
    package var entrance: CgroupEntrance?
    /// The files that the daemon works with. They can be opened again.
    package var files: CgroupFiles?
    /// Kept, because its mark is that of the open file. `nil` on kernels without it.
    package let memoryPeak: Descriptor?
}

package struct CgroupEntrance {
    /// Directories in the version 2 tree, for CLONE_INTO_CGROUP.
    package let keep: Descriptor
    package let run: Descriptor
    /// v1 `tasks` files, to be written by the process itself.
    package let keepTasks: [Descriptor]
    package let runTasks: [Descriptor]
}

/// Opened files of a session's group. Reads are pread at 0. None of them can move a process or raise a limit.
package struct CgroupFiles {
    package let freeze: Descriptor
    package let events: Descriptor
    package let killRunning: Descriptor
    package let memoryCurrent: Descriptor
    package let memoryEvents: Descriptor
    package let memoryMax: Descriptor
    package let pidsCurrent: Descriptor
    package let pidsEvents: Descriptor
    package let cpuUsage: Descriptor
}

/// A part of a session's group.
package enum CgroupLeaf: String, Sendable {
    case run, keep
}
