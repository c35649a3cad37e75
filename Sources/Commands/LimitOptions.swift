// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import ArgumentParser
import CloisterAPI

/// What a new session shall look like. Absent ones take the daemon's defaults.
struct LimitOptions: ParsableArguments {
    @Option(help: "The image of a new session.")
    var image: String?
    @Option(help: "Memory of a new session, such as 512M or 2G.")
    var memory: ByteCount?
    @Option(help: "CPUs of a new session, such as 0.5 or 2.")
    var cpus: Double?
    @Option(help: "Processes and threads of a new session.")
    var pids: Int?
    @Option(help: "Size of a new session's workspace, such as 1G.")
    var workspace: ByteCount?

    init() {}

    func request(name: String?, storage: WorkspaceStorage? = nil, metadata: [String: String]? = nil)
        -> CreateSessionRequest
    {
        let limits = RequestedLimits(
            memoryBytes: self.memory?.value, cpus: self.cpus, pids: self.pids, workspaceBytes: self.workspace?.value
        )
        return CreateSessionRequest(
            name: name, image: self.image, storage: storage, limits: limits == RequestedLimits() ? nil : limits,
            metadata: metadata
        )
    }
}

/// `512M`, `2G`, `1048576`: binary units.
package struct ByteCount: ExpressibleByArgument, Equatable {
    package var value: Int64

    init(value: Int64) {
        self.value = value
    }

    package init?(argument: String) {
        let shifts: [Character: Int64] = ["K": 10, "M": 20, "G": 30, "T": 40]
        let shift = argument.last.flatMap { shifts[Character($0.uppercased())] }
        guard let number = Int64(shift == nil ? argument[...] : argument.dropLast()), number > 0 else { return nil }
        let (value, overflow) = number.multipliedReportingOverflow(by: 1 << (shift ?? 0))
        guard !overflow else { return nil }
        self.value = value
    }
}
