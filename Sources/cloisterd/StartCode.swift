// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Platform
import ServiceLifecycle

/// Gives the pages of program code back that only the start has used: a third of what the daemon holds when it is
/// idle. What is used again comes back from the page cache, without a read from the disk.
struct StartCodeService: Service {
    private static let startTime: Duration = .seconds(5)

    func run() async throws {
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.startTime) }
        Self.release()
        try await gracefulShutdown()
    }

    private static func release() {
        guard let maps = try? Descriptor.open("/proc/self/maps", O_RDONLY).readWhole() else { return }
        for line in maps.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            // Code alone: nothing else of a file is certain to be as the file has it.
            guard words.count >= 6, words[1] == "r-xp", words[5].hasPrefix("/") else { continue }
            let ends = words[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
            guard ends.count == 2, let start = UnsafeMutableRawPointer(bitPattern: ends[0]) else { continue }
            madvise(start, Int(ends[1] - ends[0]), MADV_DONTNEED)
        }
    }
}
