// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import AsyncHTTPClient
package import CloisterAPI
import NIOHTTP1

extension CloisterClient {
    package func artifacts(of session: SessionID, execution: ExecutionID? = nil) async throws -> [Artifact] {
        var artifacts: [Artifact] = []
        var cursor: String?
        repeat {
            var target = Target("v1", "sessions", session.description, query: [("cursor", cursor)])
            if let execution { target.path += "/executions/\(execution)" }
            target.path += "/artifacts"
            let page: ArtifactPage = try await self.get(target)
            artifacts += page.artifacts
            cursor = page.nextCursor
        } while cursor != nil
        return artifacts
    }

    /// Follows the daemon's redirect to the object store.
    package func artifact(_ sha256: String) async throws -> Download {
        let response = try await self.send(.GET, Target("v1", "artifacts", sha256))
        guard let location = response.headers.first(name: "location"), response.status == .found else {
            return Download(response.body)
        }
        return Download(try await self.fetch(location).body)
    }
}
