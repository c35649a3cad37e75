// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import Glibc

/// A small btrfs in a file, mounted for as long as the object lives. Needs root, mkfs.btrfs and loop devices.
final class BtrfsLoop: Sendable {
    let path: String
    private let image: String

    /// Why there can be none here; nil when there can.
    static var obstacle: String? {
        if getuid() != 0 { return "mounting needs root" }
        if access("/usr/sbin/mkfs.btrfs", X_OK) != 0 && access("/sbin/mkfs.btrfs", X_OK) != 0 {
            return "mkfs.btrfs is not installed"
        }
        return access("/dev/loop-control", R_OK | W_OK) != 0 ? "there are no loop devices" : nil
    }

    struct NotMounted: Error {}

    init() throws {
        let name = "/tmp/cloister-btrfs-\(getpid())-\(UInt64.random(in: .min ... .max))"
        path = name
        image = name + ".img"
        mkdir(path, 0o700)
        let file = open(image, O_RDWR | O_CREAT | O_EXCL, 0o600)
        let isSized = file >= 0 && ftruncate(file, 512 << 20) == 0
        close(file)
        let isMade = isSized && run("/usr/sbin/mkfs.btrfs", ["-q", image]) == 0
        guard isMade, run("/usr/bin/mount", ["-o", "loop,noatime", image, path]) == 0 else {
            throw NotMounted()
        }
    }

    deinit {
        run("/usr/bin/umount", ["--lazy", path])
        unlink(image)
        rmdir(path)
    }
}
