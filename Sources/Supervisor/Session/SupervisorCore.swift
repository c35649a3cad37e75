// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Blocking
import Glibc
import Logging

/// What all sessions share.
struct SupervisorCore: Sendable {
    let settings: SupervisorSettings
    let journal: Journal
    let blocking: BlockingPool
    let spawner: any Spawning
    let artifacts: ArtifactPipeline
    let outputs: OutputDirectory
    /// Control sockets, timers and the sessions themselves. Reads the kernel's counters and a directory's stamps, and
    /// no file that could be on a disk.
    let control: Reactor
    /// stdout and stderr of all sessions, and the logs they go to.
    let output: Reactor
    let ready: ReadyPool
    let metrics: CreationMetrics
    let logger: Logger
}

/// Names this boot of the host: boot-time clocks of another one mean nothing.
enum BootID {
    static let current: String = {
        guard let file = fopen("/proc/sys/kernel/random/boot_id", "re") else { return "unknown" }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 64)
        guard fgets(&line, CInt(line.count), file) != nil else { return "unknown" }
        let bytes = line.prefix { $0 > 0x20 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }()
}

/// The wall clock, in the milliseconds that rows and answers carry.
enum WallClock {
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
