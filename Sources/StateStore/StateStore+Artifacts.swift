// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import GRDB

extension StateStore {
    /// Writes artifacts, uploads and the manifest's change together. Durable: when this returns, the answer may name
    /// the artifacts.
    package func recordCapture(_ capture: CaptureRecord) throws(StateStoreError) -> CaptureOutcome {
        try writeDurably { database in
            let uploads = try capture.uploads.map { try $0.enqueue(in: database) }
            let artifacts = try capture.artifacts.map { try $0.inserted(into: database) }
            try capture.manifest.apply(to: capture.sessionID, in: database)
            try database.run(
                "UPDATE sessions SET artifacts = artifacts + ? WHERE id = ?", [artifacts.count, capture.sessionID])
            return CaptureOutcome(artifacts: artifacts, uploads: uploads)
        }
    }

    /// A session's artifacts, oldest first.
    package func artifacts(
        session: String,
        after cursor: Cursor? = nil,
        limit: Int
    ) throws(StateStoreError) -> Page<ArtifactRecord> {
        try artifacts("session_id", session, cursor, limit)
    }

    /// An execution's artifacts, oldest first.
    package func artifacts(
        execution: String,
        after cursor: Cursor? = nil,
        limit: Int
    ) throws(StateStoreError) -> Page<ArtifactRecord> {
        try artifacts("execution_id", execution, cursor, limit)
    }

    /// The newest artifact with this content.
    package func artifact(sha256: String) throws(StateStoreError) -> ArtifactRecord? {
        try read { try ArtifactRecord.newest(sha256: sha256, in: $0) }
    }

    /// What the last scan of the session's artifact directory knew, by path.
    package func manifest(session: String) throws(StateStoreError) -> [ManifestEntry] {
        try read { try ManifestEntry.all(session: session, in: $0) }
    }

    /// Replaces the whole manifest of a session.
    package func replaceManifest(session: String, by entries: [ManifestEntry]) throws(StateStoreError) {
        try write { database in
            try database.run("DELETE FROM manifest WHERE session_id = ?", [session])
            try ManifestChange(changed: entries).apply(to: session, in: database)
        }
    }

    private func artifacts(
        _ column: String,
        _ id: String,
        _ cursor: Cursor?,
        _ limit: Int
    ) throws(StateStoreError) -> Page<ArtifactRecord> {
        try cursor?.require(.artifacts)
        return try read { database in
            try Page.fetch(
                limit: limit,
                cursor: { Cursor(list: .artifacts, order: $0.id) },
                rows: { try ArtifactRecord.page(column, id, after: cursor, count: $0, in: database) }
            )
        }
    }
}
