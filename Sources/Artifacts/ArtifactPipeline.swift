// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import Blocking
package import Logging
package import ObjectStore
package import Platform
package import StateStore

/// From files in a session's artifact directory to objects in the store. Knows nothing of HTTP or of a session's life.
package final class ArtifactPipeline: Sendable {
    package let store: any ObjectStore
    private let state: StateStore
    private let spool: Spool
    private let pool: BlockingPool
    private let collector: ArtifactCollector
    private let manifests: ManifestCache
    private let events = StoredEvents()
    private let uploader: Uploader
    private let logger: Logger

    /// - Parameter uploads: how many run at the same time.
    package init(
        store: any ObjectStore, state: StateStore, spool: Spool, pool: BlockingPool,
        limits: ArtifactLimits = ArtifactLimits(), mime: MimeDetector = MimeDetector(), uploads: Int = 4, logger: Logger
    ) {
        self.store = store
        self.state = state
        self.spool = spool
        self.pool = pool
        self.logger = logger
        manifests = ManifestCache(state)
        collector = ArtifactCollector(
            spool: spool, state: state, limits: limits, mime: mime, manifests: manifests, logger: logger)
        let attempt = UploadAttempt(
            store: store, state: state, spool: spool, pool: pool, events: events, logger: logger)
        uploader = Uploader(attempt, state: state, pool: pool, concurrency: uploads, logger: logger)
    }

    /// Puts spool and outbox in order. To be called once, before anything else.
    package func prepare() async throws -> SpoolReport {
        try await SpoolRecovery(store: store, state: state, spool: spool, pool: pool, logger: logger).run()
    }

    /// Uploads until the task is cancelled.
    package func run() async {
        await uploader.run()
    }

    /// Captures what an execution has left. When this returns, every captured byte and its row are on the disk.
    ///
    /// Calls for one session must not overlap. A directory in which nothing has changed costs no freeze and no write.
    ///
    /// - Parameters:
    ///   - workspace: the root of the session's workspace; a read-only, id-mapped clone that follows no symlinks.
    ///   - freezer: called only when files have changed.
    nonisolated(nonsending) package func collect(
        session: String, execution: String, workspace: Descriptor, freezer: Freezer
    ) async throws -> [Artifact] {
        try await pool.run { [self] in
            try collectNow(session: session, execution: execution, workspace: workspace, freezer: freezer)
        }
    }

    /// The same for a thread that may block.
    package func collectNow(
        session: String, execution: String, workspace: Descriptor, freezer: Freezer
    ) throws -> [Artifact] {
        let records = try collector.collect(
            session: session, execution: execution, workspace: workspace, freezer: freezer)
        if records.contains(where: { $0.state == .captured }) { uploader.ring() }
        return records.map { Artifact($0, store: store) }
    }

    /// Whether `collectNow` would certainly find nothing. Costs one system call; false says nothing.
    package func isUntouched(session: String, workspace: Descriptor) -> Bool {
        manifests.isStillEmpty(session, in: workspace)
    }

    /// A session's artifacts, oldest first.
    package func artifacts(session: String, after cursor: Cursor? = nil, limit: Int) async throws -> ArtifactPage {
        let state = state
        return page(try await pool.run { try state.artifacts(session: session, after: cursor, limit: limit) })
    }

    /// An execution's artifacts, oldest first.
    package func artifacts(execution: String, after cursor: Cursor? = nil, limit: Int) async throws -> ArtifactPage {
        let state = state
        return page(try await pool.run { try state.artifacts(execution: execution, after: cursor, limit: limit) })
    }

    /// Contents as the object store confirms them.
    package func stored() -> AsyncStream<ContentDigest> {
        events.listen()
    }

    /// Notes that a session is new, which saves a look into the database, and with its workspace maybe one into the
    /// directory.
    package func begin(session: String, workspace: Descriptor? = nil) {
        manifests.begin(session)
        if let workspace { manifests.noteUnchanged(session, Manifest(), in: workspace) }
    }

    /// Drops what is kept in memory for a session that has ended.
    package func forget(session: String) {
        manifests.forget(session)
    }

    /// What waits for the object store.
    package func outbox() async throws -> OutboxCounts {
        let state = state
        return try await pool.run { try state.outboxCounts() }
    }

    /// A captured content; nil when no artifact has it. `range` is half-open and within the content.
    package func open(_ digest: ContentDigest, range: Range<Int64>? = nil) async throws -> ArtifactContent? {
        guard let known = try await find(digest) else { return nil }
        let (spool, whole) = (spool, 0..<known.information.size)
        if let file = try await pool.run({ try spool.open(digest) }) {
            let chunks = FileChunks(file, range?.clamped(to: whole) ?? whole, pool: pool)
            return ArtifactContent(
                information: known.information, fileName: known.fileName, bytes: ObjectStream(chunks))
        }
        let object = try await store.get(.artifact(digest), range: range)
        return ArtifactContent(information: known.information, fileName: known.fileName, bytes: object.bytes)
    }

    /// Size, type and name without the bytes; nil when no artifact has this content.
    package func find(_ digest: ContentDigest) async throws -> ArtifactFacts? {
        let state = state
        return try await pool.run {
            guard let row = try state.upload(digest.hex), let artifact = try state.artifact(sha256: digest.hex) else {
                return nil
            }
            let information = ObjectInformation(size: row.size, contentType: row.mime)
            let fileName = PathText.display(PathText.name(artifact.path))
            return ArtifactFacts(information: information, fileName: fileName, isStored: row.state == .stored)
        }
    }

    /// A URL for the content; nil while it waits in the spool, and for stores that have no such thing.
    ///
    /// - Parameter expires: seconds, at most seven days.
    package func presigned(_ digest: ContentDigest, expires: Int) async throws -> String? {
        guard let facts = try await find(digest), facts.isStored else { return nil }
        return try await store.presignedGet(.artifact(digest), expires: expires, fileName: facts.fileName)
    }

    private func page(_ page: Page<ArtifactRecord>) -> ArtifactPage {
        ArtifactPage(artifacts: page.elements.map { Artifact($0, store: store) }, next: page.next)
    }
}
