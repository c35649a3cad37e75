// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
package import Platform

/// The synthetic files of a session's `/proc`, on a small tmpfs that belongs to the daemon, which refreshes them.
package enum ProcView {
    /// The files that tell the session's own limits. Everything else of procfs but pids is covered.
    package static let names = ["meminfo", "cpuinfo", "stat", "uptime", "loadavg", "version", "filesystems"]

    /// What stays as procfs has it: links into the reader's own directory.
    static let kept: Set<String> = ["self", "thread-self", "mounts", "net"]

    /// What a view starts with, until the daemon knows better.
    package struct Facts {
        package let memoryBytes: UInt64
        package let processors: Int
        /// Blocks of the host's `/proc/cpuinfo`, one a processor.
        package let processorBlocks: [String]

        package init(memoryBytes: UInt64, processors: Int, processorBlocks: [String]) {
            self.memoryBytes = memoryBytes
            self.processors = processors
            self.processorBlocks = processorBlocks
        }
    }

    /// A detached tmpfs with the files, owned by `owner`.
    package static func make(_ facts: Facts, owner: UInt32, group: UInt32) throws(SystemError) -> Descriptor {
        let options = [
            ("mode", "0755"), ("size", "128k"), ("nr_inodes", "16"), ("uid", "\(owner)"), ("gid", "\(group)"),
        ]
        let mount = try Mount.make("tmpfs", options, .closed)
        for name in names {
            let file = try Descriptor.open(at: mount, name, O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
            try file.write(text(name, facts))
            try checkPOSIX("chown \(name)", fchown(file.number, owner, group))
        }
        return mount
    }

    /// Tells other limits in a view that nobody but the spawner has yet.
    package static func update(_ view: Descriptor, _ facts: Facts) throws(SystemError) {
        for name in ["meminfo", "cpuinfo", "stat"] {
            let file = try Descriptor.open(at: view, name, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK)
            try file.write(text(name, facts))
        }
    }

    static func text(_ name: String, _ facts: Facts) -> String {
        switch name {
        case "meminfo": meminfo(facts.memoryBytes / 1024)
        case "cpuinfo": cpuinfo(facts)
        case "stat": stat(facts.processors)
        case "uptime": "0.00 0.00\n"
        case "loadavg": "0.00 0.00 0.00 1/1 2\n"
        case "version": "Linux version 6.1.0 (cloister)\n"
        case "filesystems": "nodev\tproc\nnodev\ttmpfs\nnodev\tdevpts\n\tbtrfs\n\terofs\n"
        default: ""
        }
    }

    private static func meminfo(_ kib: UInt64) -> String {
        let zero = [
            "Buffers", "Cached", "SwapCached", "Active", "Inactive", "SwapTotal", "SwapFree", "Shmem", "Slab",
            "SReclaimable",
        ]
        return (["MemTotal", "MemFree", "MemAvailable"].map { "\($0): \(kib) kB" } + zero.map { "\($0): 0 kB" })
            .joined(separator: "\n") + "\n"
    }

    private static func cpuinfo(_ facts: Facts) -> String {
        (0..<facts.processors).map { index in
            let block = facts.processorBlocks.isEmpty ? "" : facts.processorBlocks[index % facts.processorBlocks.count]
            return "processor\t: \(index)\n\(block)\n"
        }.joined()
    }

    private static func stat(_ processors: Int) -> String {
        let zeros = " 0 0 0 0 0 0 0 0 0 0\n"
        let lines = (0..<processors).map { "cpu\($0)" + zeros }.joined()
        return "cpu " + zeros + lines
            + "intr 0\nctxt 0\nbtime \(time(nil))\nprocesses 1\nprocs_running 1\nprocs_blocked 0\n"
    }

    /// The host's cpuinfo as blocks without their number.
    package static func processorBlocks(from cpuinfo: String) -> [String] {
        var blocks: [String] = []
        var lines: [Substring] = []
        for line in cpuinfo.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty {
                if !lines.isEmpty { blocks.append(lines.joined(separator: "\n") + "\n") }
                lines = []
            } else if !line.hasPrefix("processor") {
                lines.append(line)
            }
        }
        return blocks
    }

    /// Covers every entry of a fresh procfs that is neither a process nor kept. Runs in the holder.
    ///
    /// The sources are attached inside the new root for the while, because a mount is only ever cloned within its own
    /// namespace: the covers on `/sys`, the view on the covers.
    static func cover(_ proc: Descriptor, root: CInt, with covers: CInt, view: CInt) throws(SystemError) {
        try Mount.attach(covers, to: root, "sys")
        try Mount.attach(view, to: root, "sys/view")
        for entry in try DirectoryListing.entries(of: proc) {
            if entry.name.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) || kept.contains(entry.name) { continue }
            if entry.isSymbolicLink { throw SystemError("unknown link /proc/\(entry.name)", errno: ELOOP) }
            try Mount.attach(try source(entry, root: root), to: proc.number, entry.name)
        }
        try checkPOSIX("fchdir to the new root", fchdir(root))
        try checkPOSIX("umount the covers", umount2("sys", CInt(MNT_DETACH)))
    }

    private static func source(_ entry: DirectoryListing.Entry, root: CInt) throws(SystemError) -> Descriptor {
        guard names.contains(entry.name) else {
            return try Mount.clone(root, entry.isDirectory ? "sys/directory" : "sys/file")
        }
        let file = try Mount.clone(root, "sys/view/\(entry.name)")
        try Mount.restrict(file, [.readOnly, .noSetuid, .noDevices, .noExecute])
        return file
    }
}
