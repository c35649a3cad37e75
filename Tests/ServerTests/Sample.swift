// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI

/// Values for answers of the fake service.
enum Sample {
    static let time = Timestamp(milliseconds: 1_767_323_045_678)
    static let limits = SessionLimits(
        memoryBytes: 1 << 30, cpus: 1.5, pids: 128, workspaceBytes: 1 << 30, tmpBytes: 1 << 28
    )

    static let creation = SessionCreationReport(path: .exec, holder: .fresh, milliseconds: 9.5, phases: [:])

    static func sessionID(_ value: UInt128 = 1) -> SessionID {
        guard let id = SessionID(node: "test", value: value) else { preconditionFailure("a bad node name") }
        return id
    }

    static func executionID(_ value: UInt128 = 1) -> ExecutionID {
        guard let id = ExecutionID(node: "test", value: value) else { preconditionFailure("a bad node name") }
        return id
    }

    static func commandID(_ value: UInt128 = 1) -> CommandID {
        guard let id = CommandID(node: "test", value: value) else { preconditionFailure("a bad node name") }
        return id
    }

    static func command(_ id: CommandID, in session: SessionID, _ request: CommandRequest) -> Command {
        Command(
            id: id, sessionID: session, number: 1, state: .finished, incarnation: 1, argv: request.argv,
            cwd: request.cwd, timeoutSeconds: request.timeoutSeconds, createdAt: time, startedAt: time,
            finishedAt: time, status: .exited, exitCode: 0,
            stdout: OutputCapture(text: "", bytes: 0, truncated: 0, encoding: .utf8),
            stderr: OutputCapture(text: "", bytes: 0, truncated: 0, encoding: .utf8))
    }

    static func session(_ id: SessionID, name: String? = nil, caller: Caller) -> Session {
        Session(
            id: id, name: name, image: "python-minimal", state: .ready, incarnation: 1, storage: .pool, createdAt: time,
            lastActivityAt: time, ownerUid: caller.uid, limits: limits,
            usage: SessionUsage(memoryBytes: 1, memoryPeakBytes: 2, cpuSeconds: 0.5, pids: 3), executions: 0,
            artifacts: 0, metadata: [:], creation: Sample.creation
        )
    }

    static func execution(_ id: ExecutionID, in session: SessionID, code: String, isFinished: Bool = true) -> Execution
    {
        Execution(
            id: id, sessionID: session, number: 1, state: isFinished ? .finished : .running, incarnation: 1,
            codeSHA256: String(repeating: "0", count: 64), timeoutSeconds: 120, createdAt: time, startedAt: time,
            finishedAt: isFinished ? time : nil, status: isFinished ? .ok : nil,
            value: isFinished ? ["text/plain": code] : nil,
            stdout: OutputCapture(text: "", bytes: 0, truncated: 0, encoding: .utf8),
            stderr: OutputCapture(text: "", bytes: 0, truncated: 0, encoding: .utf8),
            verdict: isFinished
                ? Verdict(state: .preserved, cause: .ok, cpuSeconds: 0.01, wallSeconds: 0.02, incarnation: 1) : nil,
            artifacts: []
        )
    }

    static let status = SystemStatus(
        daemon: DaemonStatus(
            version: "1", pid: 1, node: "test", instance: "test", startedAt: time, uptimeSeconds: 5, healthy: true,
            problems: [], residentBytes: 1, openFiles: 2, threads: 3
        ),
        spawner: SpawnerStatus(connected: true, pid: 2, cgroup: .v2, sessions: 0, descriptors: 0, leaks: [:]),
        objectStore: ObjectStoreStatus(kind: "directory", uri: "file:///x", pending: 0, pendingBytes: 0, failed: 0),
        pools: [ImagePool(image: "python-minimal")],
        limits: HostLimits(maxSessions: 10, sessionMaximum: limits, sessionDefault: limits), sessions: []
    )
}
