// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Platform

/// What the kernel says of this process.
struct OwnProcess: Sendable {
    let residentBytes: Int64
    let openFiles: Int
    let threads: Int

    static func measure() -> OwnProcess {
        OwnProcess(
            residentBytes: resident, openFiles: OpenDescriptors.count ?? count("/proc/self/fd"),
            threads: count("/proc/self/task"))
    }

    private static var resident: Int64 {
        guard let text = try? Descriptor.open("/proc/self/statm", O_RDONLY).readText() else { return 0 }
        let words = text.split(separator: " ")
        let pages = words.count > 1 ? Int64(words[1]) ?? 0 : 0
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func count(_ directory: String) -> Int {
        guard let opened = try? Descriptor.open(directory, O_RDONLY | O_DIRECTORY) else { return 0 }
        var count = 0
        try? DirectoryReader(opened).forEach { _ in
            count += 1
            return true
        }
        return count
    }
}
