// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// How cgroup files are to be read.
package enum CgroupLayout: UInt32, Sendable {
    case v2 = 1
    /// Controllers in version 1, the empty version 2 tree for freezing and killing.
    case hybrid = 2
}

/// A part of a creation whose time is told.
package enum CreationPhase: UInt8, CaseIterable, Sendable {
    case workspace = 1
    case cgroup, mounts, holder, driver
    /// Waiting for a turn.
    case queued
}

/// Where an incarnation's driver comes from.
package enum CreationPath: UInt32, Sendable {
    /// A new interpreter.
    case exec = 1
    /// A fork of the image's zygote.
    case zygote
    /// A copy of an earlier incarnation's driver.
    case checkpoint
}

/// An incarnation apart from its descriptors.
package struct IncarnationDescription: Equatable, Sendable {
    package let number: UInt32
    package let layout: CgroupLayout
    /// Set once the driver process has ended.
    package let ended: ProcessStatus?
    /// Nanoseconds by phase; a phase that did not happen takes 0.
    package let phases: [UInt64]
    package let path: CreationPath
    /// Its namespaces had been made before it was asked for.
    package let isHolderPooled: Bool
    /// Those that a kill of the running tree does not reach, by their numbers.
    package let checkpoints: [CheckpointListing]

    package init(
        number: UInt32, layout: CgroupLayout, ended: ProcessStatus?, phases: [UInt64], path: CreationPath,
        isHolderPooled: Bool, checkpoints: [CheckpointListing] = []
    ) {
        self.number = number
        self.layout = layout
        self.path = path
        self.isHolderPooled = isHolderPooled
        self.ended = ended
        self.checkpoints = Array(checkpoints.prefix(CheckpointListing.most))
        self.phases = CreationPhase.allCases.indices.map { phases.indices.contains($0) ? phases[$0] : 0 }
    }

    func encode(to writer: inout LayoutWriter) {
        writer.write(number)
        writer.write(layout.rawValue)
        writer.write(UInt32(ended == nil ? 0 : 1))
        (ended ?? .exited(code: 0)).encode(to: &writer)
        writer.write(path.rawValue)
        writer.write(UInt32(isHolderPooled ? 1 : 0))
        for phase in phases { writer.write(phase) }
        writer.write(UInt32(truncatingIfNeeded: checkpoints.count))
        for checkpoint in checkpoints { checkpoint.encode(to: &writer) }
    }

    init?(from reader: inout LayoutReader) {
        guard let number: UInt32 = reader.read(), let layout: UInt32 = reader.read(),
            let layout = CgroupLayout(rawValue: layout), let hasEnded: UInt32 = reader.read(), hasEnded <= 1,
            let status = ProcessStatus(from: &reader), let path: UInt32 = reader.read(),
            let path = CreationPath(rawValue: path), let isPooled: UInt32 = reader.read(), isPooled <= 1
        else { return nil }
        var phases: [UInt64] = []
        for _ in CreationPhase.allCases {
            guard let phase: UInt64 = reader.read() else { return nil }
            phases.append(phase)
        }
        guard let count: UInt32 = reader.read(), count <= CheckpointListing.most else { return nil }
        var checkpoints: [CheckpointListing] = []
        for _ in 0..<count {
            guard let checkpoint = CheckpointListing(from: &reader) else { return nil }
            checkpoints.append(checkpoint)
        }
        self.init(
            number: number, layout: layout, ended: hasEnded == 1 ? status : nil, phases: phases, path: path,
            isHolderPooled: isPooled == 1, checkpoints: checkpoints)
    }
}
