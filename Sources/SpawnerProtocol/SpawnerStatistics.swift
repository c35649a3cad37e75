// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The spawner's own accounts.
package struct SpawnerStatistics: Equatable, Sendable {
    package var pid: UInt32 = 0
    package var layout: CgroupLayout = .v2
    package var sessions: UInt32 = 0
    package var openDescriptors: UInt32 = 0
    package var created: UInt64 = 0
    package var failed: UInt64 = 0
    /// Landlock's ABI, 0 where the kernel has none.
    package var landlock: UInt32 = 0
    /// Things of ended sessions that are not gone yet.
    package var cgroupsPending: UInt32 = 0
    package var subvolumesPending: UInt32 = 0
    package var uidsQuarantined: UInt32 = 0
    package var images: UInt32 = 0
    /// Commands that run, or whose end the daemon has not acknowledged.
    package var commands: UInt32 = 0

    package init() {}

    private var counters: [UInt32] {
        [
            pid, layout.rawValue, sessions, openDescriptors, landlock, cgroupsPending, subvolumesPending,
            uidsQuarantined, images, commands,
        ]
    }

    func encode(to writer: inout LayoutWriter) {
        for counter in counters { writer.write(counter) }
        writer.write(created)
        writer.write(failed)
    }

    init?(from reader: inout LayoutReader) {
        var values: [UInt32] = []
        for _ in 0..<10 {
            guard let value: UInt32 = reader.read() else { return nil }
            values.append(value)
        }
        guard let layout = CgroupLayout(rawValue: values[1]), let created: UInt64 = reader.read(),
            let failed: UInt64 = reader.read()
        else { return nil }
        (pid, self.layout, sessions, openDescriptors, landlock) = (values[0], layout, values[2], values[3], values[4])
        (cgroupsPending, subvolumesPending, uidsQuarantined, images) = (values[5], values[6], values[7], values[8])
        commands = values[9]
        (self.created, self.failed) = (created, failed)
    }
}
