// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
package import CloisterAPI
import StateStore

extension SessionManager {
    package func notebook(of session: SessionID) async throws -> Notebook {
        let description = await (try find(session)).description
        let producer = NotebookProducer(description, of: self)
        return Notebook(
            fileName: Array("\(description.name ?? session.description).ipynb".utf8),
            content: PullStream { try await producer.next() })
    }

    /// An execution as it is now, and its log.
    func forNotebook(
        _ record: ExecutionRecord
    ) async throws -> (execution: Execution, progress: ExecutionFeed.Progress?) {
        guard let id = ExecutionID(record.id), let session = SessionID(record.sessionID) else {
            throw DamagedRow(what: "execution \(record.id)")
        }
        if let open = await (try find(session)).openExecution(id) {
            let snapshot = open.feed.snapshot
            return (try snapshot.outcome?.get() ?? open.description, snapshot.progress)
        }
        let stored = try await withCurrentArtifacts(try Self.decode(record))
        let (outputs, records) = (core.outputs, stored.records)
        let progress = try await core.blocking.run { () -> ExecutionFeed.Progress? in
            guard records > 0, let file = try outputs.open(id.description, in: session) else { return nil }
            return ExecutionFeed.Progress(file: file, length: .max, records: records)
        }
        return (stored.execution, progress)
    }
}
