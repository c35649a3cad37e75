// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import Platform
package import SpawnerProtocol

/// What a session asks of the spawner. `SpawnerClient` is the one that exists; tests put a fake in its place.
package protocol Spawning: Sendable {
    var isConnected: Bool { get }
    func create(
        _ key: SessionKey, image: String, storage: SpawnerProtocol.WorkspaceStorage,
        limits: SpawnerProtocol.SessionLimits
    ) async throws -> Incarnation
    func renew(_ key: SessionKey) async throws -> Incarnation
    func adopt(_ key: SessionKey) async throws -> Incarnation
    func destroy(_ key: SessionKey) async throws
    func interrupt(_ key: SessionKey, incarnation: UInt32, rung: InterruptRung) async throws
    func keep(_ key: SessionKey, incarnation: UInt32, _ checkpoint: CheckpointListing) async throws
    func rollback(_ key: SessionKey, checkpoint: UInt32) async throws -> Incarnation
    func drop(_ key: SessionKey, checkpoint: UInt32) async throws
    func startCommand(_ key: SessionKey, incarnation: UInt32, command: UInt32) async throws -> CommandLink
    func adoptCommand(_ key: SessionKey, command: UInt32) async throws -> CommandLink
    func signalCommand(_ key: SessionKey, command: UInt32, signal: CommandSignal, toGroup: Bool) async throws
    func forgetCommand(_ key: SessionKey, command: UInt32) async throws
    func list() async throws -> [SessionListing]
    func prepare(image: String, limits: SpawnerProtocol.SessionLimits, holders: UInt32, zygote: Bool) async throws
    func pools() async throws -> [PoolListing]
    func statistics() async throws -> SpawnerStatistics
    /// For one reader.
    var events: AsyncStream<SpawnerEvent> { get }
}

extension SpawnerClient: Spawning {}

extension Incarnation {
    /// For tests, which make their own descriptors.
    package init(
        number: UInt32, control: Descriptor, stdout: Descriptor, stderr: Descriptor, display: Descriptor,
        cgroup: SessionCgroup, initProcess: Descriptor, workspace: Descriptor, workspaceWritable: Descriptor,
        procView: Descriptor,
        ended: ProcessStatus? = nil, phases: [(name: String, nanoseconds: UInt64)] = [], path: CreationPath = .exec,
        isHolderPooled: Bool = false, checkpoints: [CheckpointListing] = []
    ) {
        self.number = number
        self.control = control
        self.stdout = stdout
        self.stderr = stderr
        self.display = display
        self.cgroup = cgroup
        self.initProcess = initProcess
        self.workspace = workspace
        self.workspaceWritable = workspaceWritable
        self.procView = procView
        self.ended = ended
        self.phases = phases
        self.path = path
        self.isHolderPooled = isHolderPooled
        self.checkpoints = checkpoints
    }
}

extension SessionCgroup {
    /// For tests, which make their own files.
    package init(
        layout: CgroupLayout, freeze: Descriptor, kill: Descriptor, events: Descriptor, memoryCurrent: Descriptor,
        memoryPeak: Descriptor?, memoryEvents: Descriptor, memoryMax: Descriptor, pidsCurrent: Descriptor,
        pidsEvents: Descriptor, cpuUsage: Descriptor, killRunning: Descriptor
    ) {
        self.layout = layout
        self.freeze = freeze
        self.kill = kill
        self.events = events
        self.memoryCurrent = memoryCurrent
        self.memoryPeak = memoryPeak
        self.memoryEvents = memoryEvents
        self.memoryMax = memoryMax
        self.pidsCurrent = pidsCurrent
        self.pidsEvents = pidsEvents
        self.cpuUsage = cpuUsage
        self.killRunning = killRunning
    }
}
