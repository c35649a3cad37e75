// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Commands
import Testing

@Suite struct ReportTests {
    private static let limits = SessionLimits(
        memoryBytes: 1 << 30, cpus: 1, pids: 10, workspaceBytes: 1 << 30, tmpBytes: 1 << 20
    )

    private static var pool: ImagePool {
        var pool = ImagePool(image: "python-minimal")
        (pool.ready, pool.readyTarget, pool.readyBytes) = (3, 64, 6 << 20)
        (pool.holders, pool.holderTarget, pool.zygote) = (8, 8, .ready)
        (pool.generation, pool.forks, pool.zygoteFailures, pool.readyFailures) = (2, 70, 1, 1)
        pool.lastFailure = "it was killed\u{7}"
        return pool
    }

    private static func status(healthy: Bool, sessions: [Session]) -> SystemStatus {
        SystemStatus(
            daemon: DaemonStatus(
                version: "0.1.0", pid: 7, node: "n1", instance: "default", startedAt: Timestamp(milliseconds: 0),
                uptimeSeconds: 7200, healthy: healthy, problems: healthy ? [] : ["The spawner is gone."],
                residentBytes: 31 << 20, openFiles: 40, threads: 1
            ),
            spawner: SpawnerStatus(
                connected: healthy, pid: 6, cgroup: .v2, sessions: sessions.count, descriptors: 20,
                leaks: ["mounts": 0, "cgroups": 2]
            ),
            objectStore: ObjectStoreStatus(
                kind: "directory", uri: "file:///o", pending: 1, pendingBytes: 2048, failed: 0),
            pool: PoolStatus(totalBytes: 10 << 30, freeBytes: 5 << 30),
            pools: healthy ? [Self.pool] : [ImagePool(image: "other")],
            limits: HostLimits(maxSessions: 8, sessionMaximum: Self.limits, sessionDefault: Self.limits),
            sessions: sessions
        )
    }

    private static func session() throws -> Session {
        Session(
            id: try #require(SessionID(node: "n1", value: 1)), name: "thread\u{1B}", image: "python-minimal",
            state: .ready, incarnation: 1, storage: .pool, createdAt: Timestamp(milliseconds: 3_600_000),
            lastActivityAt: Timestamp(milliseconds: 7_170_000), ownerUid: 0, limits: Self.limits,
            usage: SessionUsage(memoryBytes: 50 << 20, memoryPeakBytes: 90 << 20, cpuSeconds: 1.25, pids: 3),
            executions: 4,
            artifacts: 2, metadata: [:],
            creation: SessionCreationReport(path: .ready, holder: .pooled, milliseconds: 0.42, phases: [:])
        )
    }

    @Test func showsADaemonAndItsSessions() throws {
        let text = StatusReport(Self.status(healthy: true, sessions: [try Self.session()])).text
        #expect(
            text == """
                cloisterd 0.1.0 on n1 (default): healthy, up 2 h 0 min, pid 7, 31.0 MiB, 40 open files, 1 thread
                spawner: pid 6, cgroup v2, 1 session, 20 descriptors, 2 cgroups to clean up
                artifacts: file:///o, 1 to upload (2.0 KiB)
                pool: 5.0 GiB free of 10.0 GiB

                POOL            READY   MEMORY  HOLDERS  ZYGOTE  GENERATION  FORKS  FALLBACKS  FAILURES  LAST FAILURE
                python-minimal   3/64  6.0 MiB      8/8  ready            2     70          0         2  it was killed?

                SESSION                            NAME     STATE  IMAGE                 AGE  IDLE    MEMORY      PEAK    LIMIT    CPU  EXECUTIONS  ARTIFACTS  START
                ses_n1_aaaaaaaaaaaaaaaaaaaaaaaaae  thread?  ready  python-minimal  1 h 0 min  30 s  50.0 MiB  90.0 MiB  1.0 GiB  1.3 s           4          2  ready 0.4 ms

                """
        )
    }

    @Test func showsWhatIsWrong() {
        let text = StatusReport(Self.status(healthy: false, sessions: [])).text
        #expect(text.contains("NOT HEALTHY") && text.contains("spawner: NOT CONNECTED"))
        #expect(text.contains("problem: The spawner is gone.") && text.contains("no sessions (at most 8)"))
        #expect(!text.contains("POOL"))
    }

    @Test(
        arguments: [
            (.ok, nil, 0), (.error, nil, 1), (.timeout, nil, 124), (.interrupted, nil, 130), (.lost, nil, 137),
            (.exit, 3, 3),
            (.exit, -1, 255), (.exit, nil, 0),
        ] as [(ExecutionStatus, Int?, Int32)])
    func tellsTheOutcomeByExitCode(_ status: ExecutionStatus, _ code: Int?, _ expected: Int32) throws {
        let output = OutputCapture(text: "", bytes: 0, truncated: 0, encoding: .utf8)
        let execution = Execution(
            id: try #require(ExecutionID(node: "n", value: 1)), sessionID: try #require(SessionID(node: "n", value: 1)),
            number: 1, state: .finished, incarnation: 1, codeSHA256: "", timeoutSeconds: 1,
            createdAt: Timestamp(milliseconds: 0), status: status, exitCode: code, stdout: output, stderr: output,
            artifacts: []
        )
        #expect(ExecutionReport(execution).exitCode == expected)
    }
}
