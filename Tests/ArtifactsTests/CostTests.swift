// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Foundation
import ObjectStore
import Testing

/// What a scan and a capture cost: the figures are printed. Bounds are on the best of many, and wide, because other
/// tests run at the same time.
@Suite(.serialized) struct CostTests {
    /// Microseconds, ascending.
    private func times(_ count: Int, _ body: () async throws -> Void) async throws -> [Double] {
        var times: [Double] = []
        for _ in 0..<count {
            let start = ContinuousClock.now
            try await body()
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            times.append(Double(seconds) * 1e6 + Double(attoseconds) / 1e12)
        }
        return times.sorted()
    }

    @Test func anUnchangedScanIsNearlyFree() async throws {
        let bench = try Workbench()
        for index in 0..<10 { try bench.write("f\(index)", "\(index)") }
        _ = try await bench.collect()
        let times = try await times(500) { _ = try await bench.collect() }
        print("unchanged scan of 10 files: best \(Int(times[0])) µs, median \(Int(times[250])) µs")
        #expect(times[0] < 2_000)
    }

    @Test(.enabled(if: BtrfsLoop.obstacle == nil, "no btrfs here: \(BtrfsLoop.obstacle ?? "")"))
    func tenMegabytes() async throws {
        let bench = try Workbench(on: try BtrfsLoop())
        var count: UInt8 = 0
        var all: [Double] = []
        for _ in 0..<9 {
            count += 1
            try bench.write("big.bin", (0..<(10 << 20)).map { UInt8(truncatingIfNeeded: $0 >> 3) &+ count })
            all += try await times(1) { _ = try await bench.collect("exe_\(count)") }
            unlink(bench.artifacts + "/big.bin")
        }
        all.sort()
        print("capture of one fresh 10 MiB file on btrfs: best \(Int(all[0] / 1e3)) ms, median \(Int(all[4] / 1e3)) ms")
        #expect(all[0] < 1_000_000)
    }

    @Test func aThousandSmallFiles() async throws {
        let bench = try Workbench()
        for index in 0..<1_000 { try bench.write("f\(index)", [UInt8](repeating: 1, count: 4_096 - index)) }
        let time = try await times(1) { _ = try await bench.collect() }[0]
        print("capture of 1,000 new files of 4 KiB: \(Int(time / 1e3)) ms")
        #expect(time < 60e6)
    }

    static let environment = ProcessInfo.processInfo.environment
    static let hasServer = ["S3_ENDPOINT", "S3_BUCKET", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
        .allSatisfy { environment[$0] != nil }

    @Test(
        .enabled(if: hasServer, "S3_ENDPOINT, S3_BUCKET and AWS_… do not name a server to try this with"),
        .enabled(if: BtrfsLoop.obstacle == nil, "no btrfs here: \(BtrfsLoop.obstacle ?? "")"))
    func tenMegabytesIntoABucket() async throws {
        let configuration = S3Configuration(
            bucket: try #require(Self.environment["S3_BUCKET"]), endpoint: Self.environment["S3_ENDPOINT"],
            certificateAuthorityFile: Self.environment["AWS_CA_BUNDLE"])
        let store = try S3Store(configuration, pool: try #require(Workbench.pool))
        let bench = try Workbench(on: try BtrfsLoop(), store: { _ in store })
        let uploader = Task { [pipeline = bench.pipeline] in await pipeline.run() }
        var events = bench.pipeline.stored().makeAsyncIterator()
        var all: [Double] = []
        for index in 0..<20 {
            try bench.write("big.bin", (0..<(10 << 20)).map { UInt8(truncatingIfNeeded: ($0 &* 31) >> 5 &+ index) })
            all += try await times(1) {
                let digest = try await bench.collect("exe_\(index)").first?.digest
                #expect(await events.next() == digest)
            }
        }
        uploader.cancel()
        await uploader.value
        await store.shutdown()
        all.sort()
        print("10 MiB from execution to bucket: median \(Int(all[10] / 1e3)) ms, p95 \(Int(all[18] / 1e3)) ms")
        #expect(try bench.spoolNames().isEmpty)
    }
}
