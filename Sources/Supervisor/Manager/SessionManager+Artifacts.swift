// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
package import CloisterAPI
import NIOCore
import ObjectStore
import StateStore

extension SessionManager {
    package func artifacts(of session: SessionID, page: PageQuery) async throws -> CloisterAPI.ArtifactPage {
        _ = try find(session)
        return CloisterAPI.ArtifactPage(
            try await translatingCursor {
                try await core.artifacts.artifacts(
                    session: session.description, after: try page.cursor.map { try Cursor(text: $0) },
                    limit: page.limit)
            })
    }

    package func artifacts(
        of execution: ExecutionID, in session: SessionID, page: PageQuery
    ) async throws -> CloisterAPI.ArtifactPage {
        _ = try await self.execution(execution, in: session)
        return CloisterAPI.ArtifactPage(
            try await translatingCursor {
                try await core.artifacts.artifacts(
                    execution: execution.description, after: try page.cursor.map { try Cursor(text: $0) },
                    limit: page.limit)
            })
    }

    package func openArtifact(_ sha256: String) async throws -> CloisterAPI.ArtifactContent {
        guard let digest = ContentDigest(hex: sha256), let facts = try await core.artifacts.find(digest) else {
            throw CloisterError.artifactNotFound(sha256)
        }
        if core.settings.redirectsArtifacts,
            let url = try await core.artifacts.presigned(digest, expires: core.settings.redirectSeconds)
        {
            return .redirect(url)
        }
        let artifacts = core.artifacts
        return .bytes(
            Content(
                size: facts.information.size, mime: facts.information.contentType,
                fileName: Array(facts.fileName.utf8)
            ) { ArtifactStream(artifacts: artifacts, digest: digest, range: $0).stream })
    }

    /// A cursor that belongs to another list is the caller's mistake.
    func translatingCursor<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as StateStoreError where error.code == .invalidCursor {
            throw CloisterError.invalid("The cursor is not one of this list.", remedy: error.remedy)
        }
    }
}

/// The bytes of an artifact, opened when the first of them is wanted.
///
/// `@unchecked Sendable`: a `PullStream` has one consumer at a time, who alone gets to the iterator.
private final class ArtifactStream: @unchecked Sendable {
    private let artifacts: ArtifactPipeline
    private let digest: ContentDigest
    private let range: Range<Int64>
    private var iterator: ObjectStream.AsyncIterator?

    init(artifacts: ArtifactPipeline, digest: ContentDigest, range: Range<Int64>) {
        self.artifacts = artifacts
        self.digest = digest
        self.range = range
    }

    var stream: PullStream<[UInt8]> {
        PullStream { [self] in try await next() }
    }

    private func next() async throws -> [UInt8]? {
        if iterator == nil {
            guard let content = try await artifacts.open(digest, range: range) else {
                throw CloisterError.artifactNotFound(digest.hex)
            }
            iterator = content.bytes.makeAsyncIterator()
        }
        return try await iterator?.next().map { Array($0.readableBytesView) }
    }
}

extension CloisterAPI.ArtifactPage {
    fileprivate init(_ page: Artifacts.ArtifactPage) {
        self.init(artifacts: page.artifacts.compactMap { CloisterAPI.Artifact($0) }, nextCursor: page.next?.text)
    }
}

extension CloisterError {
    fileprivate static func artifactNotFound(_ sha256: String) -> Self {
        Self(
            .artifactNotFound, "There is no artifact \(sha256).",
            remedy: "List artifacts with GET /v1/sessions/{id}/artifacts.")
    }
}
