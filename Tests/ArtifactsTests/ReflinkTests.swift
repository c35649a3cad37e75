// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Foundation
import Glibc
import ObjectStore
import Testing

/// The same on btrfs, where files are cloned instead of copied.
@Suite(.enabled(if: BtrfsLoop.obstacle == nil, "no btrfs here: \(BtrfsLoop.obstacle ?? "")"), .serialized)
struct ReflinkTests {
    @Test func clonesShareTheirBytesAndKeepThem() async throws {
        let bench = try Workbench(on: try BtrfsLoop())
        let content = (0..<(10 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 13 &+ $0 >> 9) }
        try bench.write("big.bin", content)
        let digest = try #require(try await bench.collect().first?.digest)
        #expect(try digest == ContentDigest.of(content))
        try bench.write("big.bin", [UInt8](repeating: 0, count: 10 << 20))
        #expect(try bench.wrongSpoolFiles().isEmpty)
        #expect(try await bench.collect("exe_test_2").count == 1)
        try await bench.upload()
        #expect(try bench.spoolNames().isEmpty)
    }

    @Test func namesAreTrueWhateverTheSessionDoes() async throws {
        let bench = try Workbench(on: try BtrfsLoop())
        try bench.write("victim", [UInt8](repeating: 0, count: 700_000))
        let scribbler = Scribbler(bench.artifacts + "/victim", size: 700_000)
        for index in 0..<40 { _ = try await bench.collect("exe_race_\(index)") }
        scribbler.stop()
        #expect(try bench.wrongSpoolFiles().isEmpty)
    }

    @Test func aPebibyteOfHoleIsRefused() async throws {
        let bench = try Workbench(on: try BtrfsLoop())
        try bench.write("sparse", "start")
        #expect(truncate(bench.artifacts + "/sparse", 1 << 50) == 0)
        #expect(try await bench.collect().map(\.reason) == ["too_large"])
    }

    @Test func aFullFileSystemIsASpoolThatIsFull() async throws {
        let bench = try Workbench(on: try BtrfsLoop())
        try bench.write("ok", [UInt8](repeating: 1, count: 1_000))
        let filler = open(bench.root + "/filler", O_CREAT | O_WRONLY, 0o600)
        let block = [UInt8](repeating: 7, count: 1 << 20)
        while Glibc.write(filler, block, block.count) == block.count {}
        fsync(filler)
        close(filler)
        try? bench.write("more", [UInt8](repeating: 2, count: 50_000))
        let found = try await bench.collect()
        for artifact in found where artifact.state == .skipped { #expect(artifact.reason == "spool_full") }
        unlink(bench.root + "/filler")
        // Space comes back with a commit, a moment later.
        try await eventually { (try? bench.write("more", [UInt8](repeating: 3, count: 50_000))) != nil }
        #expect(try await bench.collect("exe_test_2").contains { $0.displayPath == "more" && $0.state == .captured })
        #expect(try bench.wrongSpoolFiles().isEmpty)
    }
}
