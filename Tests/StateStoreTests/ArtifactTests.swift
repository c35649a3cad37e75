// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import StateStore
import Testing

@Suite struct ArtifactTests {
    private let fixture: Fixture
    private var store: StateStore { fixture.store }

    init() throws {
        fixture = try Fixture()
    }

    @Test func captureIsWholeAndListed() throws {
        _ = try store.createSession(makeSession())
        let notUTF8: [UInt8] = [0xff, 0x2f, 0x61]
        let entry = makeEntry(notUTF8)
        let outcome = try store.recordCapture(
            CaptureRecord(
                sessionID: "ses_a_1",
                artifacts: [makeArtifact(1, path: notUTF8), skipped()],
                uploads: [makeUpload(1)],
                manifest: ManifestChange(changed: [entry])
            ))
        #expect(outcome.uploads == [.queued])
        #expect(outcome.artifacts.map(\.id) == [1, 2])
        #expect(try store.artifacts(session: "ses_a_1", limit: 10).elements == outcome.artifacts)
        #expect(try store.artifacts(execution: "exe_a_1", limit: 10).elements == outcome.artifacts)
        #expect(try store.artifacts(execution: "exe_a_2", limit: 10).elements.isEmpty)
        #expect(try store.artifact(sha256: hash(1)) == outcome.artifacts.first)
        #expect(try store.manifest(session: "ses_a_1") == [entry])
        #expect(try store.session("ses_a_1")?.artifacts == 2)
    }

    @Test func failedCaptureLeavesNothing() throws {
        let scratch = try Scratch()
        let store = try StateStore(path: scratch.database)
        _ = try store.createSession(makeSession())
        // The manifest comes last in the transaction: without its table, everything before it is undone.
        try execute("DROP TABLE manifest", on: scratch.database)
        var capture = makeCapture([1])
        capture.manifest = ManifestChange(changed: [makeEntry([0x61])])
        #expect(throws: StateStoreError.self) { try store.recordCapture(capture) }
        #expect(try store.outboxCounts().pending == 0)
        #expect(try store.artifacts(session: "ses_a_1", limit: 9).elements.isEmpty)
    }

    @Test func sameContentIsUploadedOnce() throws {
        _ = try store.createSession(makeSession())
        _ = try store.recordCapture(makeCapture([1]))
        var again = makeCapture([1], execution: "exe_a_2")
        again.uploads = [makeUpload(1, spool: "another")]
        #expect(try store.recordCapture(again).uploads == [.known(makeUpload(1))])
        #expect(try store.neededSpoolNames() == ["spool-1"])

        try store.markUploadStored(hash(1))
        let outcome = try store.recordCapture(makeCapture([1], execution: "exe_a_3"))
        #expect(outcome.artifacts.map(\.state) == [.stored])
        #expect(try store.artifacts(session: "ses_a_1", limit: 9).elements.map(\.state) == [.stored, .stored, .stored])
        #expect(try store.neededSpoolNames().isEmpty)
    }

    @Test func manifestFollowsItsChanges() throws {
        _ = try store.createSession(makeSession())
        let entries = ["a", "b", "c"].map { makeEntry(Array($0.utf8)) }
        try store.replaceManifest(session: "ses_a_1", by: entries)
        var changed = entries[1]
        changed.size = 99
        changed.sha256 = nil
        _ = try store.recordCapture(
            CaptureRecord(
                sessionID: "ses_a_1",
                artifacts: [],
                uploads: [],
                manifest: ManifestChange(changed: [changed], removed: [Array("a".utf8)])
            ))
        #expect(try store.manifest(session: "ses_a_1") == [changed, entries[2]])
        try store.replaceManifest(session: "ses_a_1", by: [entries[0]])
        #expect(try store.manifest(session: "ses_a_1") == [entries[0]])
        try store.deleteSession("ses_a_1", at: 1)
        #expect(try store.manifest(session: "ses_a_1").isEmpty)
    }

    @Test func pagesAreComplete() throws {
        _ = try store.createSession(makeSession())
        _ = try store.recordCapture(makeCapture(Array(1...12)))
        let first = try store.artifacts(session: "ses_a_1", limit: 5)
        let second = try store.artifacts(session: "ses_a_1", after: first.next, limit: 5)
        let third = try store.artifacts(session: "ses_a_1", after: second.next, limit: 5)
        #expect((first.elements + second.elements + third.elements).map(\.size) == Array(1...12))
        #expect(third.next == nil)
    }

    private func skipped() -> ArtifactRecord {
        var record = makeArtifact(7)
        record.sha256 = nil
        record.mime = nil
        record.state = .skipped
        record.reason = "not a regular file"
        return record
    }

    private func makeEntry(_ path: [UInt8]) -> ManifestEntry {
        ManifestEntry(
            path: path,
            device: .max,
            inode: .max - 1,
            size: 3,
            modifiedNanoseconds: -1,
            changedNanoseconds: .max,
            sha256: hash(3)
        )
    }
}
