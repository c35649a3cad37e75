// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Platform

/// The limits of one session's cgroup.
package struct CgroupLimits: Equatable, Sendable {
    package let memoryBytes: UInt64
    package let pids: UInt32
    package let cpuMillis: UInt32
    package let cpuWeight: UInt32
    /// Bytes a second on each of the devices; 0 for no limit.
    package let readRate: UInt64
    package let writeRate: UInt64
    /// Device numbers of the pool and of the image.
    package let devices: [UInt64]

    package init(
        memoryBytes: UInt64, pids: UInt32, cpuMillis: UInt32, cpuWeight: UInt32, readRate: UInt64, writeRate: UInt64,
        devices: [UInt64]
    ) {
        self.memoryBytes = memoryBytes
        self.pids = pids
        self.cpuMillis = cpuMillis
        self.cpuWeight = cpuWeight
        self.readRate = readRate
        self.writeRate = writeRate
        self.devices = devices
    }

    static let period: UInt64 = 100_000

    /// Microseconds of processor time in each period, at least the kernel's least.
    var quota: UInt64 { max(1000, UInt64(cpuMillis) * Self.period / 1000) }

    /// `major:minor` of the whole disk: limits on a partition are refused.
    static func name(ofDevice device: UInt64) -> String {
        let own = number(device)
        guard (try? Descriptor.open("/sys/dev/block/\(own)/partition", O_RDONLY)) != nil,
            let disk = try? Descriptor.open("/sys/dev/block/\(own)/../dev", O_RDONLY).readText()
        else { return own }
        return String(disk.prefix { !$0.isWhitespace })
    }

    private static func number(_ device: UInt64) -> String {
        let major = (device >> 8 & 0xfff) | (device >> 32 & ~0xfff)
        let minor = (device & 0xff) | (device >> 12 & ~0xff)
        return "\(major):\(minor)"
    }
}
