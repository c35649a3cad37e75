// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI

extension SessionManager {
    package func files(in session: SessionID, at path: WorkspacePath, page: PageQuery) async throws -> FilePage {
        try await workspace(session).list(path, page)
    }

    package func readFile(_ path: WorkspacePath, in session: SessionID) async throws -> Content {
        try await workspace(session).read(path)
    }

    package func writeFile<Body: AsyncSequence & Sendable>(
        _ path: WorkspacePath, in session: SessionID, size: Int64?, body: Body
    ) async throws -> WrittenFile where Body.Element == [UInt8] {
        let files = try await workspace(session)
        let limit = try find(session).facts.limits.workspaceBytes
        guard size ?? 0 <= limit else { throw CloisterError.largerThanWorkspace(limit) }
        let upload = try await FileUpload.begin(files, path, size: size)
        do {
            for try await chunk in body { try await upload.append(chunk) }
            return try await upload.finish()
        } catch {
            await upload.discard()
            throw error
        }
    }

    package func deleteFile(_ path: WorkspacePath, in session: SessionID) async throws {
        try await workspace(session).delete(path)
    }

    private func workspace(_ id: SessionID) async throws -> WorkspaceFiles {
        let session = try find(id)
        guard let incarnation = await session.measurable else {
            throw CloisterError(
                .sessionFailed, "Session \(id) has no workspace now.",
                remedy: "Wait until it is ready; if it has failed, delete it and create a new one.")
        }
        return WorkspaceFiles(incarnation, blocking: core.blocking)
    }
}

extension CloisterError {
    fileprivate static func largerThanWorkspace(_ limit: Int64) -> Self {
        Self(
            .workspaceFull, "The upload is larger than the workspace of \(limit) bytes.",
            remedy: "Create the session with a larger limits.workspace_bytes.")
    }
}
