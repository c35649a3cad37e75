// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Foundation
import Glibc
import ObjectStore
import Platform
import StateStore
import Synchronization
import Testing

@Suite struct CaptureTests {
    @Test func changedFilesOnlyAndEachUnderItsHash() async throws {
        let bench = try Workbench()
        try bench.write("plot.csv", "a,b\n1,2\n")
        try bench.write("sub/big.bin", [UInt8](repeating: 200, count: 3 << 20))
        let first = try await bench.collect()
        #expect(first.map(\.displayPath) == ["plot.csv", "sub/big.bin"])
        let digest = try ContentDigest.of(Array("a,b\n1,2\n".utf8))
        #expect(first[0].digest == digest)
        #expect(first[0].mime == "text/csv")
        #expect(
            first[0].key
                == "output/artifacts/\(digest.hex.prefix(2))/\(digest.hex.dropFirst(2).prefix(2))/\(digest.hex)")
        #expect(first[0].uri?.hasSuffix(digest.hex) == true)
        #expect(first.allSatisfy { $0.state == .captured && $0.executionID == "exe_test_1" })
        #expect(try await bench.collect("exe_test_2").isEmpty)
        try bench.write("plot.csv", "a,b\n3,4\n")
        let third = try await bench.collect("exe_test_3")
        #expect(third.map(\.displayPath) == ["plot.csv"])
        #expect(third[0].digest != digest)
        #expect(try bench.wrongSpoolFiles().isEmpty)
        #expect(try bench.spoolNames().count == 3)
    }

    @Test func aNewDaemonKnowsWhatTheOldOneHasSeen() async throws {
        let bench = try Workbench()
        try bench.write("a", "1")
        _ = try await bench.collect()
        let next = try Workbench(reopening: bench)
        #expect(try await next.collect("exe_test_2").isEmpty)
    }

    @Test func goneFilesAreForgottenAndMayComeBack() async throws {
        let bench = try Workbench()
        try bench.write("a", "1")
        try bench.write("b", "2")
        _ = try await bench.collect()
        unlink(bench.artifacts + "/a")
        #expect(try await bench.collect("exe_test_2").isEmpty)
        #expect(try bench.state.manifest(session: Workbench.session).map(\.path) == [Array("b".utf8)])
        try bench.write("a", "1")
        #expect(try await bench.collect("exe_test_3").map(\.displayPath) == ["a"])
    }

    @Test func freezesOnlyForChangedFilesAndAlwaysThaws() async throws {
        let bench = try Workbench()
        let calls = Mutex<[String]>([])
        let freezer = Freezer(
            freeze: { calls.withLock { $0.append("freeze") } }, thaw: { calls.withLock { $0.append("thaw") } })
        _ = try await bench.collect(freezer: freezer)
        symlink("x", bench.artifacts + "/link")
        _ = try await bench.collect(freezer: freezer)
        #expect(calls.withLock { $0 }.isEmpty)
        try bench.write("a", "1")
        _ = try await bench.collect(freezer: freezer)
        #expect(calls.withLock { $0 } == ["freeze", "thaw"])
        _ = try await bench.collect(freezer: freezer)
        #expect(calls.withLock { $0 } == ["freeze", "thaw"])
    }

    @Test func aSessionThatCannotBeFrozenIsCapturedAllTheSame() async throws {
        struct Slow: Error {}
        let bench = try Workbench()
        try bench.write("a", "1")
        let freezer = Freezer(freeze: { throw Slow() }, thaw: { Issue.record("thawed without freeze") })
        #expect(try await bench.collect(freezer: freezer).map(\.state) == [.captured])
    }

    /// The invariant of content addressing, while the session appends, truncates and rewrites all the time.
    @Test(arguments: [10_000, 700_000])
    func namesAreTrueWhateverTheSessionDoes(_ size: Int) async throws {
        let bench = try Workbench()
        try bench.write("victim", [UInt8](repeating: 0, count: size))
        let scribbler = Scribbler(bench.artifacts + "/victim", size: size)
        for index in 0..<60 { _ = try await bench.collect("exe_race_\(index)") }
        scribbler.stop()
        #expect(try bench.wrongSpoolFiles().isEmpty)
        #expect(try bench.spoolNames().count > 5)
    }

    @Test func theSameContentIsKeptOnce() async throws {
        let bench = try Workbench()
        let big = [UInt8](repeating: 1, count: 1 << 20)
        for index in 0..<5 {
            try bench.write("small\(index)", "same")
            try bench.write("big\(index)", big)
            try bench.write("empty\(index)", "")
        }
        let found = try await bench.collect()
        #expect(found.count == 15)
        #expect(Set(found.compactMap(\.digest)).count == 3)
        #expect(try bench.spoolNames().count == 3)
        #expect(bench.spool.budget.usedBytes == Int64(4 + big.count))
        try await bench.upload()
        #expect(try bench.spoolNames().isEmpty)
        #expect(bench.spool.budget.usedBytes == 0)
        try bench.write("again", "same")
        #expect(try await bench.collect("exe_test_2").map(\.state) == [.stored])
        #expect(try bench.spoolNames().isEmpty)
    }

    @Test func anExecutionMayLeaveSoManyBytes() async throws {
        var limits = ArtifactLimits()
        limits.fileBytes = 2_000
        limits.executionBytes = 2_500
        let bench = try Workbench(limits)
        for index in 0..<4 { try bench.write("f\(index)", [UInt8](repeating: UInt8(index), count: 1_000)) }
        try bench.write("large", [UInt8](repeating: 9, count: 2_001))
        let first = try await bench.collect()
        #expect(first.filter { $0.state == .captured }.count == 2)
        #expect(first.filter { $0.reason == "artifact_limit" }.count == 2)
        #expect(first.filter { $0.reason == "too_large" }.map(\.displayPath) == ["large"])
        // What was too much for one execution is captured after the next one; what is too large never.
        let second = try await bench.collect("exe_test_2")
        #expect(second.map(\.state) == [.captured, .captured])
        #expect(try await bench.collect("exe_test_3").isEmpty)
    }

    @Test func aFullSpoolRefusesAndRecovers() async throws {
        var limits = ArtifactLimits()
        limits.spoolBytes = 150_000
        let bench = try Workbench(limits)
        try bench.write("a", [UInt8](repeating: 1, count: 100_000))
        #expect(try await bench.collect().map(\.state) == [.captured])
        try bench.write("b", [UInt8](repeating: 2, count: 100_000))
        let refused = try await bench.collect("exe_test_2")
        #expect(refused.map(\.reason) == ["spool_full"])
        #expect(bench.spool.budget.usedBytes == 100_000)
        try await bench.upload()
        #expect(bench.spool.budget.usedBytes == 0)
        #expect(try await bench.collect("exe_test_3").map(\.state) == [.captured])
    }

    @Test func manyFilesOfEachKind() async throws {
        let bench = try Workbench()
        for index in 0..<300 {
            try bench.write("s\(index)", "content \(index)")
            if index < 40 { try bench.write("b\(index)", [UInt8](repeating: UInt8(index), count: 70_000)) }
        }
        let found = try await bench.collect()
        #expect(found.filter { $0.state == .captured }.count == 340)
        #expect(try bench.wrongSpoolFiles().isEmpty)
        #expect(try bench.spoolNames().count == 340)
        try await bench.upload()
        #expect(try bench.spoolNames().isEmpty)
        let page = try await bench.pipeline.artifacts(execution: "exe_test_1", limit: 100)
        #expect(page.artifacts.count == 100 && page.next != nil)
        #expect(page.artifacts.allSatisfy { $0.state == .stored })
    }
}
