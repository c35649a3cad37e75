// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Foundation
import Glibc
import NIOCore
import ObjectStore
import Platform
import StateStore
import Testing

/// From the spool to the store: failures, crashes, downloads meanwhile.
@Suite struct OutboxTests {
    private func bytes(_ content: ArtifactContent?) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        guard let content else { return bytes }
        for try await chunk in content.bytes { bytes += Array(buffer: chunk) }
        return bytes
    }

    @Test func listenersHearWhenAContentIsStored() async throws {
        let bench = try Workbench()
        try bench.write("a.txt", "hello")
        let digest = try #require(try await bench.collect().first?.digest)
        var events = bench.pipeline.stored().makeAsyncIterator()
        try await bench.upload()
        #expect(await events.next() == digest)
        let listed = try await bench.pipeline.artifacts(session: Workbench.session, limit: 10)
        #expect(listed.artifacts.map(\.state) == [.stored])
        #expect(try await bench.objects.head(.artifact(digest))?.contentType == "text/plain")
    }

    @Test func aContentCanBeReadBeforeAndAfterItIsStored() async throws {
        let bench = try Workbench(store: { TestStore($0, failures: []) })
        try bench.write("dir/a b.csv", "0123456789")
        let digest = try #require(try await bench.collect().first?.digest)
        #expect(try await bench.pipeline.presigned(digest, expires: 60) == nil)
        for isStored in [false, true] {
            let whole = try await bench.pipeline.open(digest)
            #expect(whole?.information == ObjectInformation(size: 10, contentType: "text/csv"))
            #expect(whole?.fileName == "a b.csv")
            #expect(try await bytes(whole) == Array("0123456789".utf8))
            let part = try await bench.pipeline.open(digest, range: 3..<5)
            #expect(try await bytes(part) == Array("34".utf8))
            #expect(try await bench.pipeline.find(digest)?.isStored == isStored)
            try await bench.upload()
        }
        #expect(try await bench.pipeline.presigned(digest, expires: 60) == "signed:a b.csv")
        #expect(try await bench.pipeline.open(ContentDigest.of([9])) == nil)
    }

    @Test func failedUploadsAreRepeatedAndTheSpoolIsKept() async throws {
        let bench = try Workbench(store: { TestStore($0, failures: TestStore.down(1)) })
        try bench.write("a", "1")
        let digest = try #require(try await bench.collect().first?.digest)
        let task = Task { [pipeline = bench.pipeline] in await pipeline.run() }
        try await eventually { try bench.state.upload(digest.hex)?.attempts == 1 }
        #expect(try bench.spoolNames() == [digest.hex])
        #expect(try bench.state.upload(digest.hex)?.lastError?.contains("the store is down") == true)
        try await eventually { try bench.state.upload(digest.hex)?.state == .stored }
        try await eventually { try bench.spoolNames().isEmpty }
        task.cancel()
        await task.value
    }

    @Test func anUploaderThatIsStoppedIsTakenUpByTheNext() async throws {
        let bench = try Workbench(store: { TestStore($0, failures: TestStore.down(100)) })
        for index in 0..<20 { try bench.write("f\(index)", "content \(index)") }
        let digests = try await bench.collect().compactMap(\.digest)
        // As a daemon that dies while it uploads leaves it.
        #expect(try bench.state.claimUploads(now: .max, limit: 5).count == 5)
        _ = try bench.spool.open(digests[0])
        try Data([1]).write(to: URL(filePath: bench.root + "/spool/.new-rubbish"))
        try Data([1]).write(to: URL(filePath: bench.root + "/spool/\(try ContentDigest.of([1]).hex)"))
        let next = try Workbench(reopening: bench)
        let report = try await next.pipeline.prepare()
        #expect(report.pending == 20)
        #expect(report.leftovers == 2)
        #expect(report.lost.isEmpty && report.confirmed.isEmpty)
        #expect(next.spool.budget.usedBytes == report.pendingBytes)
        try await next.upload()
        for digest in digests { #expect(try await next.objects.head(.artifact(digest)) != nil) }
        #expect(try next.spoolNames().isEmpty)
        #expect(next.spool.budget.usedBytes == 0)
    }

    @Test func missingSpoolFilesAreConfirmedOrReported() async throws {
        let bench = try Workbench()
        try bench.write("kept", "kept")
        try bench.write("gone", "gone")
        try bench.write("torn", [UInt8](repeating: 1, count: 100_000))
        let found = try await bench.collect()
        let digests = Dictionary(uniqueKeysWithValues: found.map { ($0.displayPath, $0.digest) })
        let (kept, gone, torn) = try (
            #require(digests["kept"] ?? nil), #require(digests["gone"] ?? nil), #require(digests["torn"] ?? nil)
        )
        let file = try #require(try bench.spool.open(kept))
        let body = ObjectBody(file: file, size: 4, digest: kept)
        _ = try await bench.objects.put(.artifact(kept), body, contentType: "text/plain")
        for digest in [kept, gone] { unlink("\(bench.root)/spool/\(digest.hex)") }
        truncate("\(bench.root)/spool/\(torn.hex)", 10)
        let next = try Workbench(reopening: bench)
        let report = try await next.pipeline.prepare()
        #expect(report.confirmed == [kept.hex])
        #expect(Set(report.lost) == [gone.hex, torn.hex])
        try await next.upload()
        #expect(try next.state.upload(kept.hex)?.state == .stored)
        #expect(try next.state.upload(gone.hex)?.state == .failed)
        #expect(try next.state.upload(gone.hex)?.lastError?.contains("run the code again") == true)
        // The session still has the file: capturing it again heals the loss.
        try next.write("again", "gone")
        _ = try await next.collect("exe_test_2")
        try await next.upload()
        #expect(try next.state.upload(gone.hex)?.state == .stored)
    }

    @Test func damagedSpoolFilesAreNeverStored() async throws {
        let bench = try Workbench()
        try bench.write("a", "true")
        let digest = try #require(try await bench.collect().first?.digest)
        try Data("lies".utf8).write(to: URL(filePath: "\(bench.root)/spool/\(digest.hex)"))
        try await bench.upload()
        let row = try bench.state.upload(digest.hex)
        #expect(row?.state == .failed)
        #expect(row?.lastError?.contains("damaged") == true)
        #expect(try await bench.objects.head(.artifact(digest)) == nil)
    }

    @Test func executionsGoOnWhileTheStoreIsDown() async throws {
        let bench = try Workbench(store: { TestStore($0, failures: TestStore.down(10_000)) })
        let task = Task { [pipeline = bench.pipeline] in await pipeline.run() }
        for index in 0..<50 {
            try bench.write("f", "version \(index)")
            #expect(try await bench.collect("exe_down_\(index)").map(\.state) == [.captured])
        }
        task.cancel()
        await task.value
        #expect(try bench.spoolNames().count == 50)
        #expect(try await bench.pipeline.outbox().failed == 0)
    }
}

/// Waits for something that is about to happen; fails after some seconds.
func eventually(_ condition: () throws -> Bool) async throws {
    for _ in 0..<1_000 {
        if try condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it did not happen")
}
