// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What a session may use. Zero means "none" only for the two io rates.
package struct SessionLimits: Equatable, Sendable {
    package var memoryBytes: UInt64
    package var pids: UInt32
    /// Thousandths of one processor.
    package var cpuMillis: UInt32
    /// 1 to 10,000, as cgroup v2's `cpu.weight`.
    package var cpuWeight: UInt32
    package var ioReadBytesPerSecond: UInt64
    package var ioWriteBytesPerSecond: UInt64
    package var workspaceBytes: UInt64
    package var tmpBytes: UInt64
    package var shmBytes: UInt64
    package var openFiles: UInt32

    package init(
        memoryBytes: UInt64, pids: UInt32, cpuMillis: UInt32, cpuWeight: UInt32 = 100,
        ioReadBytesPerSecond: UInt64 = 0, ioWriteBytesPerSecond: UInt64 = 0,
        workspaceBytes: UInt64, tmpBytes: UInt64, shmBytes: UInt64, openFiles: UInt32 = 1024
    ) {
        self.memoryBytes = memoryBytes
        self.pids = pids
        self.cpuMillis = cpuMillis
        self.cpuWeight = cpuWeight
        self.ioReadBytesPerSecond = ioReadBytesPerSecond
        self.ioWriteBytesPerSecond = ioWriteBytesPerSecond
        self.workspaceBytes = workspaceBytes
        self.tmpBytes = tmpBytes
        self.shmBytes = shmBytes
        self.openFiles = openFiles
    }

    /// Processors a session sees: its share, rounded up.
    package var processors: UInt32 { max(1, (cpuMillis &+ 999) / 1000) }

    func encode(to writer: inout LayoutWriter) {
        writer.write(memoryBytes)
        writer.write(pids)
        writer.write(cpuMillis)
        writer.write(cpuWeight)
        writer.write(openFiles)
        writer.write(ioReadBytesPerSecond)
        writer.write(ioWriteBytesPerSecond)
        writer.write(workspaceBytes)
        writer.write(tmpBytes)
        writer.write(shmBytes)
    }

    init?(from reader: inout LayoutReader) {
        guard let memory: UInt64 = reader.read(), let pids: UInt32 = reader.read(), let cpu: UInt32 = reader.read(),
            let weight: UInt32 = reader.read(), let files: UInt32 = reader.read(), let readRate: UInt64 = reader.read(),
            let writeRate: UInt64 = reader.read(), let workspace: UInt64 = reader.read(),
            let tmp: UInt64 = reader.read(), let shm: UInt64 = reader.read()
        else { return nil }
        self.init(
            memoryBytes: memory, pids: pids, cpuMillis: cpu, cpuWeight: weight, ioReadBytesPerSecond: readRate,
            ioWriteBytesPerSecond: writeRate, workspaceBytes: workspace, tmpBytes: tmp, shmBytes: shm, openFiles: files)
    }
}
