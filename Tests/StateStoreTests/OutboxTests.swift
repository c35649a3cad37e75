// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import StateStore
import Testing

@Suite struct OutboxTests {
    private let fixture: Fixture
    private var store: StateStore { fixture.store }

    init() throws {
        fixture = try Fixture()
    }

    @Test func handsOutWhatIsDueOnceInOrder() throws {
        try enqueue([makeUpload(1, due: 30), makeUpload(2, due: 10), makeUpload(3, due: 20), makeUpload(4, due: 99)])
        #expect(try store.nextUploadDue() == 10)
        #expect(try store.claimUploads(now: 50, limit: 2).map(\.sha256) == [hash(2), hash(3)])
        #expect(try store.claimUploads(now: 50, limit: 9).map(\.sha256) == [hash(1)])
        #expect(try store.claimUploads(now: 50, limit: 9).isEmpty)
        #expect(try store.nextUploadDue() == 99)
    }

    @Test func killedDaemonsClaimsComeBack() throws {
        try enqueue([makeUpload(1), makeUpload(2)])
        let claimed = try store.claimUploads(now: 1, limit: 1)
        #expect(claimed.map(\.state) == [.uploading])
        #expect(try store.neededSpoolNames() == ["spool-1", "spool-2"])
        #expect(try store.releaseUploads() == 1)
        #expect(try store.claimUploads(now: 1, limit: 9).count == 2)
    }

    @Test func failuresBackOffAndSuccessEndsThem() throws {
        try enqueue([makeUpload(5)])
        let backOff = BackOff(first: 100, most: 300)
        for (attempt, due) in [(1, 1_100), (2, 1_200), (3, 1_300), (4, 1_300)] {
            _ = try store.claimUploads(now: 9_999, limit: 1)
            let record = try store.markUploadFailed(hash(5), error: "503", now: 1_000, retrying: backOff)
            #expect(record.attempts == Int64(attempt))
            #expect(record.nextAttemptAt == Int64(due))
            #expect(try store.upload(hash(5)) == record)
        }
        #expect(try store.outboxCounts().lastError == "503")
        try store.markUploadStored(hash(5))
        #expect(try store.outboxCounts().lastError == nil)
        #expect(try store.artifact(sha256: hash(5))?.state == .stored)
        #expect(try store.claimUploads(now: .max, limit: 9).isEmpty)
    }

    @Test func givenUpUploadsWaitForARetryOrNewBytes() throws {
        try enqueue([makeUpload(1), makeUpload(2)])
        try store.markUploadFailed(hash(1), error: "403", now: 1, retrying: nil)
        try store.markUploadFailed(hash(2), error: "403", now: 1, retrying: nil)
        #expect(try store.claimUploads(now: .max, limit: 9).isEmpty)
        #expect(try store.outboxCounts().failed == 2)
        #expect(try store.neededSpoolNames() == ["spool-1", "spool-2"])

        var capture = makeCapture([1])
        capture.uploads = [makeUpload(1, spool: "fresh")]
        #expect(try store.recordCapture(capture).uploads == [.queued])
        #expect(try store.neededSpoolNames() == ["fresh", "spool-2"])
        #expect(try store.retryFailedUploads(now: 77) == 1)
        #expect(try store.upload(hash(2))?.nextAttemptAt == 77)
    }

    @Test func countsWhatIsNotStoredYet() throws {
        try enqueue([makeUpload(1), makeUpload(20), makeUpload(300), makeUpload(4_000, due: 9)])
        try store.markUploadStored(hash(1))
        try store.markUploadFailed(hash(300), error: "gone", now: 5, retrying: nil)
        _ = try store.claimUploads(now: 0, limit: 9)
        let counts = try store.outboxCounts()
        #expect([counts.pending, counts.uploading, counts.failed] == [1, 1, 1])
        #expect([counts.pendingBytes, counts.uploadingBytes, counts.failedBytes] == [4_000, 20, 300])
        #expect(counts.lastError == "gone")
    }

    @Test func refusesContentThatWasNeverCaptured() throws {
        let stored = #expect(throws: StateStoreError.self) { try store.markUploadStored(hash(1)) }
        #expect(stored?.code == .notFound)
        let failed = #expect(throws: StateStoreError.self) {
            try store.markUploadFailed(hash(1), error: "", now: 0, retrying: BackOff())
        }
        #expect(failed?.code == .notFound)
    }

    @Test func backOffNeverOverflows() {
        let backOff = BackOff(first: .max / 2, most: .max)
        #expect(backOff.delay(afterAttempts: 1_000_000) == .max)
        #expect(BackOff().delay(afterAttempts: 0) == 1_000)
        #expect(BackOff().delay(afterAttempts: 50) == 300_000)
    }

    private func enqueue(_ uploads: [OutboxRecord]) throws {
        _ = try store.createSession(makeSession())
        var capture = makeCapture(uploads.map { Int($0.size) })
        capture.uploads = uploads
        _ = try store.recordCapture(capture)
    }
}
