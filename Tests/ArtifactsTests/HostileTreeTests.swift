// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Foundation
import Glibc
import ObjectStore
import Platform
import Testing

/// What a session may put into its artifact directory to fool the daemon.
@Suite struct HostileTreeTests {
    let canary = "canary-\(UInt64.random(in: .min ... .max))"

    /// A tmpfs: it takes the largest offset there is, where ext4 ends at 16 TiB, and makes files quickly.
    static let memory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"

    private func reasons(_ artifacts: [Artifact]) -> [String: String?] {
        Dictionary(artifacts.map { ($0.displayPath, $0.reason) }, uniquingKeysWith: { $1 })
    }

    @Test func linksAndSpecialFilesAreNamedAndNotFollowed() async throws {
        let bench = try Workbench()
        try canary.write(toFile: bench.root + "/secret", atomically: true, encoding: .utf8)
        try FileManager.default.createDirectory(atPath: bench.root + "/outside", withIntermediateDirectories: true)
        try canary.write(toFile: bench.root + "/outside/secret", atomically: true, encoding: .utf8)
        let links = [
            "file": bench.root + "/secret", "directory": bench.root + "/outside", "loop": "loop", "dangling": "nowhere",
            "up": "../../secret", "magic": "/proc/self/environ",
        ]
        for (name, target) in links { #expect(symlink(target, "\(bench.artifacts)/\(name)") == 0) }
        #expect(mkfifo(bench.artifacts + "/fifo", 0o644) == 0)
        try makeSocket(bench.artifacts + "/socket")
        var expected = Dictionary(uniqueKeysWithValues: links.keys.map { ($0, Optional("symlink")) })
        expected["fifo"] = "fifo"
        expected["socket"] = "socket"
        if getuid() == 0 {
            #expect(mknod(bench.artifacts + "/device", S_IFCHR | 0o666, dev_t(0x0103)) == 0)
            expected["device"] = "device"
        }
        let found = try await bench.collect()
        #expect(reasons(found) == expected)
        #expect(found.allSatisfy { $0.state == .skipped && $0.digest == nil && $0.key == nil })
        #expect(try bench.spoolNames().isEmpty)
        #expect(try await bench.collect("exe_test_2").isEmpty)
    }

    @Test(arguments: ["missing", "file", "symlink"])
    func theDirectoryItselfMayBeAnything(_ kind: String) async throws {
        let bench = try Workbench()
        try bench.write("a.txt", "a")
        #expect(try await bench.collect().count == 1)
        removeTree(bench.artifacts)
        if kind == "file" { try canary.write(toFile: bench.artifacts, atomically: true, encoding: .utf8) }
        if kind == "symlink" { #expect(symlink("/etc", bench.artifacts) == 0) }
        let found = try await bench.collect("exe_test_2")
        #expect(found.map(\.reason) == (kind == "missing" ? [] : ["artifacts_not_a_directory"]))
        #expect(try await bench.collect("exe_test_3").isEmpty)
        unlink(bench.artifacts)
        try bench.write("a.txt", "a")
        #expect(try await bench.collect("exe_test_4").map(\.state) == [.captured])
    }

    @Test func namesAreBytes() async throws {
        let bench = try Workbench()
        let names: [[UInt8]] = [
            Array("a\nb".utf8), Array("a\r\nx-amz-acl: public-read".utf8), [0xFF, 0xFE], [0xC0, 0xAF],
            [0xED, 0xA0, 0x80],
            Array(repeating: UInt8(ascii: "n"), count: 255), Array("-rf".utf8), Array("..foo".utf8), Array(" ".utf8),
            Array("e\u{301}".utf8), Array("\u{E9}".utf8), Array("\u{202E}gpj.exe".utf8), Array("🙂".utf8),
            Array("100%".utf8), Array("A".utf8), Array("a".utf8), Array(String(repeating: "0", count: 64).utf8),
        ]
        for name in names {
            let path = (Array("\(bench.artifacts)/".utf8) + name + [0]).map { CChar(bitPattern: $0) }
            let file = open(path, O_CREAT | O_WRONLY, 0o644)
            #expect(file >= 0)
            #expect(Glibc.write(file, name, name.count) == name.count)
            close(file)
        }
        let found = try await bench.collect()
        #expect(Set(found.map(\.path)) == Set(names))
        #expect(Set(found.compactMap(\.digest)).count == names.count)
        let listed = try await bench.pipeline.artifacts(session: Workbench.session, limit: 100)
        #expect(Set(listed.artifacts.map(\.path)) == Set(names))
        #expect(found.first { $0.path == [0xFF, 0xFE] }?.displayPath == "%FF%FE")
        #expect(found.first { $0.path == Array("100%".utf8) }?.displayPath == "100%")
    }

    @Test func hardLinksAreReadAndCountedOnce() async throws {
        var limits = ArtifactLimits()
        limits.executionBytes = 12 << 20
        let bench = try Workbench(limits)
        try bench.write("original", [UInt8](repeating: 7, count: 10 << 20))
        for index in 0..<100 {
            #expect(link(bench.artifacts + "/original", "\(bench.artifacts)/link\(index)") == 0)
        }
        let found = try await bench.collect()
        #expect(found.count == 101)
        #expect(found.allSatisfy { $0.state == .captured && $0.size == 10 << 20 })
        #expect(try bench.spoolNames().count == 1)
        #expect(bench.spool.budget.usedBytes == 10 << 20)
    }

    @Test func hugeSparseFilesAreRefusedUnread() async throws {
        let bench = try Workbench(in: Self.memory)
        for (name, size) in [("tib", 1 << 40), ("pib", 1 << 50), ("largest", Int.max)] {
            let file = try Descriptor.open("\(bench.artifacts)/\(name)", O_CREAT | O_WRONLY, mode: 0o644)
            if ftruncate(file.number, size) != 0 { unlink("\(bench.artifacts)/\(name)") }
        }
        let start = ContinuousClock.now
        let found = try await bench.collect()
        // Reading the smallest of them would take minutes.
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(found.contains { $0.displayPath == "tib" })
        #expect(found.allSatisfy { $0.reason == "too_large" })
    }

    @Test func holesStayHoles() async throws {
        let bench = try Workbench()
        let file = try Descriptor.open(bench.artifacts + "/sparse", O_CREAT | O_WRONLY, mode: 0o644)
        #expect(ftruncate(file.number, 64 << 20) == 0)
        try [UInt8]("end".utf8).withUnsafeBytes { try FileTransfer.write(file, $0, at: 40 << 20) }
        let found = try await bench.collect()
        let digest = try #require(found.first?.digest)
        #expect(found.first?.size == 64 << 20)
        let spooled = try #require(try bench.spool.open(digest))
        #expect(try FileTransfer.digest(spooled).digest == digest)
        #expect(try FileTransfer.digest(Descriptor.open(bench.artifacts + "/sparse", O_RDONLY)).digest == digest)
        var status = stat()
        #expect(fstat(spooled.number, &status) == 0)
        #expect(status.st_blocks * 512 < 1 << 20)
    }

    @Test func depthIsLimitedAndSaidSo() async throws {
        let bench = try Workbench()
        let deep = (0..<80).map { "d\($0)" }.joined(separator: "/")
        try bench.write("\(deep)/file", "deep")
        try bench.write("shallow", "x")
        let found = try await bench.collect()
        #expect(found.filter { $0.state == .captured }.map(\.displayPath) == ["shallow"])
        #expect(found.filter { $0.state == .skipped }.map(\.reason) == ["truncated_depth"])
        #expect(try await bench.collect("exe_test_2").isEmpty)
    }

    @Test func everyLimitOfAScanIsReported() async throws {
        for (reason, adjust) in Self.scanLimits {
            var limits = ArtifactLimits()
            adjust(&limits)
            let bench = try Workbench(limits)
            for index in 0..<20 { try bench.write("d\(index)/file-with-a-long-name", "\(index)") }
            let found = try await bench.collect()
            let reasons = found.filter { $0.state == .skipped }.map(\.reason)
            #expect(reasons == [reason])
            #expect(found.filter { $0.state == .captured }.count < 20)
        }
    }

    private static let scanLimits: [(String, @Sendable (inout ArtifactLimits) -> Void)] = [
        ("truncated_entries", { $0.entries = 15 }),
        ("truncated_directories", { $0.directories = 5 }),
        ("truncated_names", { $0.nameBytes = 200 }),
    ]

    @Test func aHundredThousandFilesAreEnough() async throws {
        var limits = ArtifactLimits()
        limits.scanMilliseconds = 600_000
        let bench = try Workbench(limits, in: Self.memory)
        for directory in 0..<11 {
            let path = "\(bench.artifacts)/\(directory)"
            mkdir(path, 0o755)
            for index in 0..<10_000 { close(open("\(path)/\(index)", O_CREAT | O_WRONLY, 0o644)) }
        }
        let found = try await bench.collect()
        // Directories count as entries too.
        #expect((99_989...99_999).contains(found.filter { $0.state == .captured }.count))
        #expect(found.filter { $0.state == .skipped }.map(\.reason) == ["truncated_entries"])
        #expect(try bench.spoolNames().count == 1)
    }

    /// The intermediate directory and the file change into links to a secret and back all the time.
    @Test func swapsDuringTheScanReachNothingOutside() async throws {
        let bench = try Workbench()
        let secret = bench.root + "/outside"
        try FileManager.default.createDirectory(atPath: secret, withIntermediateDirectories: true)
        try canary.write(toFile: secret + "/file", atomically: true, encoding: .utf8)
        try bench.write("d/file", "inside")
        #expect(symlink(secret, bench.artifacts + "/link") == 0)
        let swapper = Swapper(bench.artifacts + "/d", bench.artifacts + "/link")
        for index in 0..<300 { _ = try await bench.collect("exe_swap_\(index)") }
        swapper.stop()
        #expect(swapper.swaps > 300)
        let bytes = Array(canary.utf8)
        for name in try bench.spoolNames() {
            let content = try Data(contentsOf: URL(filePath: "\(bench.root)/spool/\(name)"))
            #expect(!Array(content).elementsEqual(bytes))
        }
        #expect(try bench.wrongSpoolFiles().isEmpty)
    }

    private func makeSocket(_ path: String) throws {
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(number) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // The path is longer than an address may be, so the socket is made nearby and moved.
        let short = "/tmp/s\(getpid())\(UInt16.random(in: 0 ... .max))"
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: short.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, size) }
        }
        #expect(bound == 0)
        #expect(rename(short, path) == 0)
    }
}
