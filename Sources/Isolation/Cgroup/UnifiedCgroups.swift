// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
package import Platform

/// Cgroup v2: one tree with all controllers.
///
/// Under systemd the spawner's unit is delegated, and its group becomes the instance's; elsewhere the instance has a
/// group at the top of the tree. The spawner itself moves into a leaf, because a group with controllers has no
/// processes of its own.
package struct UnifiedCgroups: CgroupBackend {
    private let sessions: CgroupTree
    /// The top of the tree and the instance's group there; under systemd the unit's group is systemd's to remove.
    private let own: (top: CgroupTree, name: String)?
    package let isUnified = true
    private static let controllers = ["cpu", "io", "memory", "pids"]

    package init(instance: String, group: String) throws(SystemError) {
        let own = group.isEmpty ? try Self.ownGroup() : group
        let top = try CgroupTree(path: Cgroups.root)
        let base: CgroupTree
        if own == "/" || own.hasPrefix("/cloister-") {
            try Self.enable(Self.controllers, in: top)
            base = try top.child("cloister-\(instance)")
            self.own = (top, "cloister-\(instance)")
        } else {
            let unit = own.hasSuffix("/spawner") ? String(own.dropLast("/spawner".count)) : own
            base = try CgroupTree(path: Cgroups.root + unit)
            self.own = nil
        }
        try base.child("spawner").write("cgroup.procs", "0")
        try Self.enable(Self.controllers, in: base)
        sessions = try base.child("sessions")
        try Self.enable(Self.controllers, in: sessions)
    }

    /// The path of the spawner's own group, from the line `0::/path`.
    private static func ownGroup() throws(SystemError) -> String {
        let text = try Descriptor.open("/proc/self/cgroup", O_RDONLY).readText()
        for line in text.split(separator: "\n") where line.hasPrefix("0::") { return String(line.dropFirst(3)) }
        throw SystemError("no version 2 line in /proc/self/cgroup", errno: ENOENT)
    }

    private static func enable(_ controllers: [String], in tree: CgroupTree) throws(SystemError) {
        let enabled = Set(
            try tree.read("cgroup.subtree_control").split(whereSeparator: \.isWhitespace).map(String.init))
        for controller in controllers where !enabled.contains(controller) {
            try tree.write("cgroup.subtree_control", "+\(controller)")
        }
    }

    package func create(_ name: String, _ limits: CgroupLimits, joiner: UInt32?) throws(SystemError) -> SessionCgroup {
        let group = try sessions.newChild(name)
        do { return try fill(group, name, limits, joiner) } catch {
            _ = remove(name)
            throw error
        }
    }

    private func fill(_ group: CgroupTree, _ name: String, _ limits: CgroupLimits, _ joiner: UInt32?)
        throws(SystemError) -> SessionCgroup
    {
        try apply(limits, to: group)
        if group.has("memory.swap.max") { try group.write("memory.swap.max", "0") }
        try limitDevices(group, limits)
        try group.write("cgroup.subtree_control", "+memory")
        let run = try group.newChild("run")
        let keep = try group.newChild("keep")
        try run.write("memory.oom.group", "1")
        if let joiner { try run.give("cgroup.procs", user: joiner) }
        return SessionCgroup(
            name: name, kill: try group.open("cgroup.kill", O_WRONLY),
            entrance: CgroupEntrance(keep: keep.directory, run: run.directory, keepTasks: [], runTasks: []),
            files: try files(group, run: run),
            memoryPeak: group.has("memory.peak") ? try group.openReadWrite("memory.peak") : nil)
    }

    package func openFiles(_ name: String) throws(SystemError) -> CgroupFiles {
        let group = try sessions.existingChild(name)
        return try files(group, run: try group.existingChild("run"))
    }

    private func apply(_ limits: CgroupLimits, to group: CgroupTree) throws(SystemError) {
        try group.write("memory.max", "\(limits.memoryBytes)")
        try group.write("pids.max", "\(limits.pids)")
        try group.write("cpu.max", "\(limits.quota) \(CgroupLimits.period)")
        try group.write("cpu.weight", "\(limits.cpuWeight)")
    }

    package func adjust(_ name: String, _ limits: CgroupLimits) throws(SystemError) {
        try apply(limits, to: try sessions.existingChild(name))
    }

    package func allowJoins(group: UInt32) throws(SystemError) { try sessions.give("cgroup.procs", group: group) }

    private func limitDevices(_ group: CgroupTree, _ limits: CgroupLimits) throws(SystemError) {
        for device in limits.devices {
            let number = CgroupLimits.name(ofDevice: device)
            if limits.readRate > 0 { try group.write("io.max", "\(number) rbps=\(limits.readRate)") }
            if limits.writeRate > 0 { try group.write("io.max", "\(number) wbps=\(limits.writeRate)") }
        }
    }

    private func files(_ group: CgroupTree, run: CgroupTree) throws(SystemError) -> CgroupFiles {
        CgroupFiles(
            freeze: try run.open("cgroup.freeze", O_WRONLY),
            events: try run.open("cgroup.events", O_RDONLY),
            killRunning: try run.open("cgroup.kill", O_WRONLY),
            memoryCurrent: try group.open("memory.current", O_RDONLY),
            memoryEvents: try group.open("memory.events", O_RDONLY),
            memoryMax: try group.open("memory.max", O_RDONLY),
            pidsCurrent: try group.open("pids.current", O_RDONLY),
            pidsEvents: try group.open("pids.events", O_RDONLY),
            cpuUsage: try group.open("cpu.stat", O_RDONLY))
    }

    package func entrance(_ name: String) throws(SystemError) -> CgroupEntrance {
        let group = try sessions.existingChild(name)
        return CgroupEntrance(
            keep: try group.existingChild("keep").directory, run: try group.existingChild("run").directory,
            keepTasks: [], runTasks: [])
    }

    package func entrances(_ name: String, _ leaf: CgroupLeaf) throws(SystemError) -> [Descriptor] {
        [try sessions.existingChild(name).existingChild(leaf.rawValue).open("cgroup.procs", O_RDWR)]
    }

    package func removeInstance() {
        guard let own, (try? own.top.write("cgroup.procs", "0")) != nil else { return }
        _ = own.top.removeChild(own.name, leaves: ["spawner", "sessions"])
    }

    package func remove(_ name: String) -> Bool { sessions.removeChild(name, leaves: CgroupTree.leaves) }
    package func existing() throws(SystemError) -> [String] { try sessions.childNames() }
    package func kill(_ name: String) throws(SystemError) { try sessions.child(name).write("cgroup.kill", "1") }
}
