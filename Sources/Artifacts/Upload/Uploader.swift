// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import Logging
import ObjectStore
import StateStore
import Synchronization

/// Brings what the outbox holds into the object store, a few at a time, for as long as it takes.
final class Uploader: Sendable {
    private let upload: UploadAttempt
    private let state: StateStore
    private let pool: BlockingPool
    private let slots: UploadSlots
    private let logger: Logger
    /// Set while `run` runs.
    private let bell = Mutex<AsyncStream<Void>.Continuation?>(nil)

    init(_ upload: UploadAttempt, state: StateStore, pool: BlockingPool, concurrency: Int, logger: Logger) {
        self.upload = upload
        self.state = state
        self.pool = pool
        self.logger = logger
        slots = UploadSlots(concurrency)
    }

    /// There may be something to upload.
    func ring() {
        bell.withLock { _ = $0?.yield() }
    }

    /// Uploads until the task is cancelled. What was under way is taken up at the next start. Calls must not overlap.
    func run() async {
        let (wakeUps, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        bell.withLock { $0 = continuation }
        ring()
        await withDiscardingTaskGroup { group in
            for await _ in wakeUps {
                await dispatch(&group)
            }
            group.cancelAll()
        }
    }

    private func dispatch(_ group: inout DiscardingTaskGroup) async {
        do {
            let (state, now, free) = (state, CaptureClock.milliseconds(), slots.free)
            let claimed = try await pool.run { try state.claimUploads(now: now, limit: free) }
            for record in claimed { start(record, &group) }
            guard claimed.count < free else { return }
            if let due = try await pool.run({ try state.nextUploadDue() }) { setAlarm(due, &group) }
        } catch is CancellationError {
            return
        } catch {
            logger.error("cannot read the outbox", metadata: ["cause": "\(error)"])
            setAlarm(CaptureClock.milliseconds() + 5_000, &group)
        }
    }

    private func start(_ record: OutboxRecord, _ group: inout DiscardingTaskGroup) {
        slots.take()
        group.addTask { [self] in
            await upload.perform(record)
            slots.give()
            ring()
        }
    }

    private func setAlarm(_ time: Int64, _ group: inout DiscardingTaskGroup) {
        guard slots.arm(time) else { return }
        group.addTask { [self] in
            try? await Task.sleep(for: .milliseconds(max(1, time - CaptureClock.milliseconds())))
            slots.disarm(time)
            ring()
        }
    }
}
