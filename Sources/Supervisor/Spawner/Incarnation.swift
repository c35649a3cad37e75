// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import Platform
package import SpawnerProtocol

/// One life of a session's process tree, as the daemon reaches it: descriptors and nothing else.
package struct Incarnation: Sendable {
    package let number: UInt32
    /// AF_UNIX SEQPACKET to the driver, non-blocking.
    package let control: Descriptor
    /// AF_UNIX STREAM, non-blocking.
    package let stdout: Descriptor
    package let stderr: Descriptor
    package let display: Descriptor
    package let cgroup: SessionCgroup
    /// Readable once init has ended, and the session with it.
    package let initProcess: Descriptor
    /// The workspace, read-only and writable, as files of the daemon's own user.
    package let workspace: Descriptor
    package let workspaceWritable: Descriptor
    /// The directory of the synthetic `/proc` files.
    package let procView: Descriptor
    /// How the driver ended, if it had when this was received.
    package let ended: ProcessStatus?
    package let phases: [(name: String, nanoseconds: UInt64)]
    package let path: CreationPath
    /// Its namespaces had been made before it was asked for.
    package let isHolderPooled: Bool
    package let checkpoints: [CheckpointListing]

    /// Fails when the spawner left a descriptor out.
    init?(_ description: IncarnationDescription, _ descriptors: [DescriptorRole: Descriptor]) {
        guard let control = descriptors[.control], let stdout = descriptors[.stdout], let stderr = descriptors[.stderr],
            let display = descriptors[.display],
            let cgroup = SessionCgroup(layout: description.layout, descriptors),
            let initProcess = descriptors[.initProcess], let workspace = descriptors[.workspace],
            let workspaceWritable = descriptors[.workspaceWritable], let procView = descriptors[.procView]
        else { return nil }
        number = description.number
        self.control = control
        self.stdout = stdout
        self.stderr = stderr
        self.display = display
        self.cgroup = cgroup
        self.initProcess = initProcess
        self.workspace = workspace
        self.workspaceWritable = workspaceWritable
        self.procView = procView
        ended = description.ended
        path = description.path
        isHolderPooled = description.isHolderPooled
        checkpoints = description.checkpoints
        phases = zip(CreationPhase.allCases, description.phases).map { ("\($0)", $1) }
    }
}

/// The cgroup files of an incarnation. Reads are pread at 0.
package struct SessionCgroup: Sendable {
    package let layout: CgroupLayout
    package let freeze: Descriptor
    package let kill: Descriptor
    package let events: Descriptor
    package let memoryCurrent: Descriptor
    package let memoryPeak: Descriptor?
    package let memoryEvents: Descriptor
    package let memoryMax: Descriptor
    package let pidsCurrent: Descriptor
    package let pidsEvents: Descriptor
    package let cpuUsage: Descriptor
    package let killRunning: Descriptor

    init?(layout: CgroupLayout, _ descriptors: [DescriptorRole: Descriptor]) {
        guard let freeze = descriptors[.freeze], let kill = descriptors[.kill], let events = descriptors[.events],
            let memoryCurrent = descriptors[.memoryCurrent], let memoryEvents = descriptors[.memoryEvents],
            let memoryMax = descriptors[.memoryMax], let pidsCurrent = descriptors[.pidsCurrent],
            let pidsEvents = descriptors[.pidsEvents], let cpuUsage = descriptors[.cpuUsage],
            let killRunning = descriptors[.killRunning]
        else { return nil }
        self.layout = layout
        self.freeze = freeze
        self.kill = kill
        self.events = events
        self.memoryCurrent = memoryCurrent
        memoryPeak = descriptors[.memoryPeak]
        self.memoryEvents = memoryEvents
        self.memoryMax = memoryMax
        self.pidsCurrent = pidsCurrent
        self.pidsEvents = pidsEvents
        self.cpuUsage = cpuUsage
        self.killRunning = killRunning
    }
}
