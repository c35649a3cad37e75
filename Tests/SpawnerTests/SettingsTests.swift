// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Spawner
import SpawnerProtocol
import Testing

@Suite("Flags of the spawner")
struct SettingsTests {
    static let valid = [
        "--socket", "/run/x/s.sock", "--daemon-uid", "990", "--daemon-gid", "990", "--pool", "/pool", "--images",
        "/images",
        "--driver", "/driver", "--init", "/init", "--uid-base", "1900000000", "--uid-count", "4096",
    ]

    private func message(_ arguments: [String]) -> String? {
        do {
            _ = try SpawnerSettings(arguments: arguments)
            return nil
        } catch { return error.message }
    }

    @Test("The required flags are enough")
    func accepts() { #expect(message(Self.valid) == nil) }

    @Test(
        "What is wrong is named",
        arguments: [
            (["--colour", "red"], "unknown flag --colour"), (["--socket"], "--socket needs a value"),
            (["--daemon-uid", "0"], "--daemon-uid must not be root"),
            (["--pool", "relative"], "--pool needs an absolute path"),
            (["--max-pids", "-1"], "--max-pids needs a number, not -1"),
            (["--instance", "../x"], "--instance takes 1 to 32 characters of a-z, 0-9 and -"),
            (["--uid-base", "1000"], "--uid-base and --uid-count need at least 64 ids above 65535"),
            (["--uid-count", "4294967295"], "--uid-base and --uid-count need at least 64 ids above 65535"),
            (["--zygote", "relative"], "--zygote needs an absolute path"),
            (["--zygote-forks", "0"], "--zygote-forks and --zygote-seconds must be positive"),
            (["--zygote-memory", "1"], "--zygote-memory takes 16 MiB to 1 TiB"),
            (["--max-holders", "many"], "--max-holders needs a number, not many"),
            (["--daemon-uid", "1900000020"], "the daemon's uid must not be one of the sessions'"),
        ])
    func refuses(_ extra: [String], _ expected: String) { #expect(message(Self.valid + extra) == expected) }
}

@Suite("Ceilings")
struct CeilingTests {
    private func limits(_ change: (inout SessionLimits) -> Void = { _ in }) -> SessionLimits {
        var limits = SessionLimits(
            memoryBytes: 512 << 20, pids: 64, cpuMillis: 1000, workspaceBytes: 1 << 28, tmpBytes: 1 << 26,
            shmBytes: 1 << 26)
        change(&limits)
        return limits
    }

    @Test("Ordinary limits pass")
    func passes() { #expect(Ceilings().violation(limits()) == nil) }

    @Test("Every field has a floor and a ceiling")
    func bounds() {
        let ceilings = Ceilings()
        #expect(ceilings.violation(limits { $0.memoryBytes = .max }) == "memory_bytes")
        #expect(ceilings.violation(limits { $0.memoryBytes = 0 }) == "memory_bytes")
        #expect(ceilings.violation(limits { $0.pids = .max }) == "pids")
        #expect(ceilings.violation(limits { $0.pids = 0 }) == "pids")
        #expect(ceilings.violation(limits { $0.cpuMillis = .max }) == "cpu_millis")
        #expect(ceilings.violation(limits { $0.cpuWeight = 0 }) == "cpu_weight")
        #expect(ceilings.violation(limits { $0.workspaceBytes = .max }) == "workspace_bytes")
        #expect(ceilings.violation(limits { $0.tmpBytes = 0 }) == "tmp_bytes")
        #expect(ceilings.violation(limits { $0.shmBytes = .max }) == "shm_bytes")
        #expect(ceilings.violation(limits { $0.openFiles = .max }) == "open_files")
        #expect(ceilings.violation(limits { $0.ioReadBytesPerSecond = .max }) == "io_read")
        #expect(ceilings.violation(limits { $0.ioWriteBytesPerSecond = .max }) == "io_write")
    }
}

@Suite("User ids")
struct UserAllocatorTests {
    @Test("No id is handed out twice, and a freed one rests before it comes back")
    func quarantine() {
        var users = UserAllocator(firstUser: 100_000, userCount: 16 + 8)
        let slots = (0..<4).compactMap { _ in users.take(now: 1) }
        #expect(Set(slots).count == 4)
        #expect(users.take(now: 1) == nil)
        users.giveBack(slots[2], now: 10)
        #expect(users.take(now: 11) == nil)
        #expect(users.resting(now: 11) == 1)
        #expect(users.take(now: 10 + UserAllocator.quarantineNanoseconds) == slots[2])
        #expect(users.take(now: .max) == nil)
    }

    @Test("A thousand sessions one after another meet no id twice in a minute")
    func turnover() {
        var users = UserAllocator(firstUser: 100_000, userCount: 65_536)
        var seen: Set<UInt32> = []
        for round in 0..<1000 {
            guard let slot = users.take(now: UInt64(round)) else { return #expect(Bool(false), "ran out") }
            #expect(seen.insert(slot).inserted)
            users.giveBack(slot, now: UInt64(round))
        }
    }
}
