// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
package import Platform

/// Controllers in version 1 hierarchies; an empty version 2 tree serves births, freezing and killing.
package struct HybridCgroups: CgroupBackend {
    /// The instance's groups: in the version 2 tree and in each version 1 hierarchy.
    private let tree: CgroupTree
    private let memory: CgroupTree
    private let pids: CgroupTree
    private let cpu: CgroupTree
    private let cpuacct: CgroupTree
    private let blkio: CgroupTree?
    /// The tops of all hierarchies, each with the instance's group.
    private let tops: [CgroupTree]
    private let group: String
    package let isUnified = false

    package init(instance: String) throws(SystemError) {
        let mounts = try Self.mounts()
        group = "cloister-\(instance)"
        var tops = [try Self.versionTwo(mounts)]
        for controller in ["memory", "pids", "cpu", "cpuacct"] { tops.append(try Self.hierarchy(controller, mounts)) }
        if mounts["blkio"] != nil { tops.append(try Self.hierarchy("blkio", mounts)) }
        self.tops = tops
        tree = try tops[0].child(group)
        memory = try tops[1].child(group)
        pids = try tops[2].child(group)
        cpu = try tops[3].child(group)
        cpuacct = try tops[4].child(group)
        blkio = tops.count > 5 ? try tops[5].child(group) : nil
        if (try? memory.read("memory.use_hierarchy"))?.hasPrefix("0") == true {
            try memory.write("memory.use_hierarchy", "1")
        }
    }

    /// Mount points by controller; the version 2 tree stands under "".
    private static func mounts() throws(SystemError) -> [String: String] {
        let text = try Descriptor.open("/proc/self/mounts", O_RDONLY).readWhole()
        var found: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 3 else { continue }
            if fields[2] == "cgroup2" { found[""] = String(fields[1]) }
            guard fields[2] == "cgroup" else { continue }
            for option in fields[3].split(separator: ",") { found[String(option)] = String(fields[1]) }
        }
        return found
    }

    private static func hierarchy(_ controller: String, _ mounts: [String: String]) throws(SystemError) -> CgroupTree {
        guard let path = mounts[controller] else {
            throw SystemError("no cgroup controller \(controller)", errno: ENODEV)
        }
        return try CgroupTree(path: path)
    }

    /// A host that mounts no version 2 tree gets one that only the spawner sees.
    private static func versionTwo(_ mounts: [String: String]) throws(SystemError) -> CgroupTree {
        if let path = mounts[""] { return try CgroupTree(path: path) }
        let mount = try Mount.make("cgroup2", [], .closed)
        return CgroupTree(try Descriptor.open(at: mount, ".", O_RDONLY | O_DIRECTORY))
    }

    private var controllers: [CgroupTree] { [memory, pids, cpu, cpuacct] + (blkio.map { [$0] } ?? []) }

    package func create(_ name: String, _ limits: CgroupLimits, joiner: UInt32?) throws(SystemError) -> SessionCgroup {
        do { return try fill(name, limits, joiner) } catch {
            if error.errno != EEXIST { _ = remove(name) }
            throw error
        }
    }

    private func fill(_ name: String, _ limits: CgroupLimits, _ joiner: UInt32?) throws(SystemError) -> SessionCgroup {
        let group = try tree.newChild(name)
        let run = try group.newChild("run")
        let keep = try group.newChild("keep")
        if let joiner { try run.give("cgroup.procs", user: joiner) }
        let memoryGroup = try makeMemory(name, limits)
        // What `keep` holds lies in the group itself, which version 1 allows: a memory group costs the kernel a kilobyte
        // for every 64 file systems of the host.
        let memoryRun = try memoryGroup.newChild("run")
        let pidsGroup = try pids.newChild(name)
        try pidsGroup.write("pids.max", "\(limits.pids)")
        let cpuGroup = try makeProcessor(name, limits)
        let accountGroup = sharesMount(cpu, cpuacct) ? cpuGroup : try cpuacct.newChild(name)
        let shared = [pidsGroup, cpuGroup, accountGroup] + (try makeDevices(name, limits))
        return SessionCgroup(
            name: name, kill: try group.open("cgroup.kill", O_WRONLY),
            entrance: CgroupEntrance(
                keep: keep.directory, run: run.directory, keepTasks: try tasks([memoryGroup] + shared),
                runTasks: try tasks([memoryRun] + shared)),
            files: try files(name, run: run, memory: memoryGroup),
            memoryPeak: try memoryGroup.openReadWrite("memory.max_usage_in_bytes"))
    }

    private func tasks(_ groups: [CgroupTree]) throws(SystemError) -> [Descriptor] {
        try groups.map { group throws(SystemError) in try group.open("tasks", O_WRONLY) }
    }

    package func openFiles(_ name: String) throws(SystemError) -> CgroupFiles {
        let run = try tree.existingChild(name).existingChild("run")
        return try files(name, run: run, memory: try memory.existingChild(name))
    }

    private func files(_ name: String, run: CgroupTree, memory: CgroupTree) throws(SystemError) -> CgroupFiles {
        CgroupFiles(
            freeze: try run.open("cgroup.freeze", O_WRONLY),
            events: try run.open("cgroup.events", O_RDONLY),
            killRunning: try run.open("cgroup.kill", O_WRONLY),
            memoryCurrent: try memory.open("memory.usage_in_bytes", O_RDONLY),
            memoryEvents: try memory.open("run/memory.oom_control", O_RDONLY),
            memoryMax: try memory.open("memory.limit_in_bytes", O_RDONLY),
            pidsCurrent: try pids.open("\(name)/pids.current", O_RDONLY),
            pidsEvents: try pids.open("\(name)/pids.events", O_RDONLY),
            cpuUsage: try cpuacct.open("\(name)/cpuacct.usage", O_RDONLY))
    }

    private func makeMemory(_ name: String, _ limits: CgroupLimits) throws(SystemError) -> CgroupTree {
        let group = try memory.newChild(name)
        try apply(memory: limits.memoryBytes, to: group)
        return group
    }

    private func apply(memory bytes: UInt64, to group: CgroupTree) throws(SystemError) {
        guard group.has("memory.memsw.limit_in_bytes") else {
            try group.write("memory.limit_in_bytes", "\(bytes)")
            return try group.write("memory.swappiness", "0")
        }
        // Memory and swap together no more than memory: no swap. The sum may never be the lower one of the two, so a
        // higher limit begins with it.
        if (try? group.write("memory.limit_in_bytes", "\(bytes)")) == nil {
            try group.write("memory.memsw.limit_in_bytes", "\(bytes)")
            try group.write("memory.limit_in_bytes", "\(bytes)")
        }
        try group.write("memory.memsw.limit_in_bytes", "\(bytes)")
    }

    package func adjust(_ name: String, _ limits: CgroupLimits) throws(SystemError) {
        try apply(memory: limits.memoryBytes, to: try memory.existingChild(name))
        try pids.existingChild(name).write("pids.max", "\(limits.pids)")
        try apply(processor: limits, to: try cpu.existingChild(name))
    }

    package func entrance(_ name: String) throws(SystemError) -> CgroupEntrance {
        let group = try tree.existingChild(name)
        let memoryGroup = try memory.existingChild(name)
        var shared = [try pids.existingChild(name), try cpu.existingChild(name)]
        if !sharesMount(cpu, cpuacct) { shared.append(try cpuacct.existingChild(name)) }
        // Only a session with limits of its devices has a group there.
        if let blkio, let limited = try? blkio.existingChild(name) { shared.append(limited) }
        return CgroupEntrance(
            keep: try group.existingChild("keep").directory, run: try group.existingChild("run").directory,
            keepTasks: try tasks([memoryGroup] + shared),
            runTasks: try tasks([try memoryGroup.existingChild("run")] + shared))
    }

    package func entrances(_ name: String, _ leaf: CgroupLeaf) throws(SystemError) -> [Descriptor] {
        let group = try memory.existingChild(name)
        let memoryLeaf = leaf == .run ? try group.existingChild("run") : group
        let unified = try tree.existingChild(name).existingChild(leaf.rawValue)
        return [try unified.open("cgroup.procs", O_RDWR), try memoryLeaf.open("tasks", O_WRONLY)]
    }

    package func allowJoins(group: UInt32) throws(SystemError) { try tree.give("cgroup.procs", group: group) }

    private func makeProcessor(_ name: String, _ limits: CgroupLimits) throws(SystemError) -> CgroupTree {
        let group = try cpu.newChild(name)
        try apply(processor: limits, to: group)
        return group
    }

    private func apply(processor limits: CgroupLimits, to group: CgroupTree) throws(SystemError) {
        try group.write("cpu.cfs_period_us", "\(CgroupLimits.period)")
        try group.write("cpu.cfs_quota_us", "\(limits.quota)")
        // v2's weight 100 is v1's 1024 shares.
        try group.write("cpu.shares", "\(max(2, UInt64(limits.cpuWeight) * 1024 / 100))")
    }

    private func makeDevices(_ name: String, _ limits: CgroupLimits) throws(SystemError) -> [CgroupTree] {
        guard let blkio, limits.readRate > 0 || limits.writeRate > 0 else { return [] }
        let group = try blkio.newChild(name)
        for device in limits.devices {
            let number = CgroupLimits.name(ofDevice: device)
            if limits.readRate > 0 { try group.write("blkio.throttle.read_bps_device", "\(number) \(limits.readRate)") }
            if limits.writeRate > 0 {
                try group.write("blkio.throttle.write_bps_device", "\(number) \(limits.writeRate)")
            }
        }
        return [group]
    }

    /// cpu and cpuacct are often one hierarchy.
    private func sharesMount(_ first: CgroupTree, _ second: CgroupTree) -> Bool {
        var one = cloister_stat()
        var other = cloister_stat()
        guard cloister_fstat(first.directory.number, &one) == 0, cloister_fstat(second.directory.number, &other) == 0
        else {
            return false
        }
        return one.device == other.device && one.inode == other.inode
    }

    package func removeInstance() {
        for top in tops { _ = top.removeChild(group, leaves: []) }
    }

    package func remove(_ name: String) -> Bool {
        let gone = controllers.map { $0.removeChild(name, leaves: CgroupTree.leaves) }
        return tree.removeChild(name, leaves: CgroupTree.leaves) && gone.allSatisfy { $0 }
    }

    package func existing() throws(SystemError) -> [String] {
        var names = Set(try tree.childNames())
        for controller in controllers { names.formUnion(try controller.childNames()) }
        return names.sorted()
    }

    package func kill(_ name: String) throws(SystemError) {
        guard tree.has(name) else { return }
        try tree.child(name).write("cgroup.kill", "1")
    }
}
