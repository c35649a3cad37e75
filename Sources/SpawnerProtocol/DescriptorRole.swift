// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What a passed descriptor is. The list of a session's descriptors is the same on every kind of host.
package enum DescriptorRole: UInt8, CaseIterable, Sendable {
    /// AF_UNIX SEQPACKET to the driver.
    case control = 1
    /// AF_UNIX STREAM.
    case stdout, stderr
    /// `cgroup.freeze` and `cgroup.events` of the running tree; write-only and read-only.
    case freeze, events
    /// `cgroup.kill` of the whole session, write-only.
    case kill
    /// `memory.current`, or v1 `memory.usage_in_bytes`.
    case memoryCurrent
    /// `memory.peak`, or v1 `memory.max_usage_in_bytes`; absent on kernels without it.
    case memoryPeak
    /// `memory.events`, or v1 `memory.oom_control` of the running tree: the line `oom_kill N` is in both.
    case memoryEvents
    case memoryMax
    case pidsCurrent, pidsEvents
    /// `cpu.stat` (line `usage_usec`), or v1 `cpuacct.usage` (nanoseconds).
    case cpuUsage
    /// The pidfd of the session's init: readable once the session has ended.
    case initProcess
    /// The workspace as the daemon's own files: read-only, and writable.
    case workspace, workspaceWritable
    /// The directory of the session's synthetic `/proc` files.
    case procView
    /// AF_UNIX STREAM, for what is shown in other forms than text.
    case display
    /// `cgroup.kill` of the running tree alone, write-only.
    case killRunning
    /// AF_UNIX STREAM to a command.
    case commandInput, commandOutput, commandErrors
    /// AF_UNIX STREAM to what becomes the command: it says what, and hears why not.
    case commandControl
}
