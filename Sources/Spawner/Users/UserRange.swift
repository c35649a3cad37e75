// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// The claim on a range of host user ids: no other instance's, and nobody's subordinate ids.
struct UserRange {
    private let claim: Descriptor

    init(first: UInt32, count: UInt32, lockFile: String = "/run/cloister-uids.lock") throws(SystemError) {
        for file in ["/etc/subuid", "/etc/subgid"] { try Self.requireUnused(first, count, by: file) }
        claim = try Descriptor.open(lockFile, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
        try lock(first, count)
    }

    /// Waits a while: what a spawner that was killed left behind may take a moment to go.
    private func lock(_ first: UInt32, _ count: UInt32) throws(SystemError) {
        for _ in 0..<70 {
            if cloister_lock_range(claim.number, Int64(first), Int64(count)) >= 0 { return }
            usleep(100_000)
        }
        throw SystemError("another instance uses some of the uids from \(first)", errno: EAGAIN)
    }

    /// Lines are `name:first:count`, as subuid(5) has them.
    private static func requireUnused(_ first: UInt32, _ count: UInt32, by file: String) throws(SystemError) {
        guard let text = try? Descriptor.open(file, O_RDONLY).readWhole() else { return }
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":")
            guard fields.count == 3, let start = UInt64(fields[1]), let length = UInt64(fields[2]) else { continue }
            if start < UInt64(first) + UInt64(count), UInt64(first) < start &+ length {
                throw SystemError("uids from \(first) overlap with \(fields[0])'s in \(file)", errno: EADDRINUSE)
            }
        }
    }
}
