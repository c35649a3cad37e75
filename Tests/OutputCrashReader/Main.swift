// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Glibc
import Platform
import Supervisor

/// Stands for a daemon that is killed while it reads an execution's output: takes up the log in the directory given
/// as first argument, says so on descriptor 5, and reads descriptors 3, 4 and 6 until it dies.
@main struct Main {
    static func main() throws {
        guard CommandLine.arguments.count == 4,
            let execution = ExecutionID(CommandLine.arguments[2]), let session = SessionID(CommandLine.arguments[3])
        else { exit(64) }
        let root = try Descriptor.open(CommandLine.arguments[1], O_RDONLY | O_DIRECTORY)
        let reactor = try Reactor(name: "output")
        let output = try SessionOutput(
            stdout: Descriptor(owning: 3), stderr: Descriptor(owning: 4), display: Descriptor(owning: 6),
            reactor: reactor)
        let run = OutputRun(
            feed: ExecutionFeed(execution, in: session), directory: OutputDirectory(root: root),
            limits: OutputLimits(logBytes: 1 << 40))
        try output.watch(resuming: run)
        var one: UInt64 = 1
        _ = write(5, &one, MemoryLayout<UInt64>.size)
        while true { pause() }
    }
}
