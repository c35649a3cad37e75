// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CPlatform
package import StateStore

/// What tells a file that was written from one that was not.
package struct FileIdentity: Sendable, Equatable {
    package let device: UInt64
    package let inode: UInt64
    package let size: Int64
    package let modifiedNanoseconds: Int64
    /// The kernel's own stamp, which no program can set.
    package let changedNanoseconds: Int64

    package init(_ status: cloister_stat) {
        device = status.device
        inode = status.inode
        size = Int64(exactly: status.size) ?? .max
        modifiedNanoseconds = Self.nanoseconds(status.mtime_seconds, status.mtime_nanoseconds)
        changedNanoseconds = Self.nanoseconds(status.ctime_seconds, status.ctime_nanoseconds)
    }

    package func matches(_ entry: ManifestEntry) -> Bool {
        entry.inode == inode && entry.changedNanoseconds == changedNanoseconds && entry.size == size
            && entry.device == device && entry.modifiedNanoseconds == modifiedNanoseconds
    }

    package func entry(path: [UInt8], digest: String?) -> ManifestEntry {
        ManifestEntry(
            path: path, device: device, inode: inode, size: size, modifiedNanoseconds: modifiedNanoseconds,
            changedNanoseconds: changedNanoseconds, sha256: digest)
    }

    /// Programs may set a file's times to anything, years beyond 64 bits of nanoseconds included.
    private static func nanoseconds(_ seconds: Int64, _ rest: UInt32) -> Int64 {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carried) = product.addingReportingOverflow(Int64(rest))
        return carried ? .max : sum
    }
}
