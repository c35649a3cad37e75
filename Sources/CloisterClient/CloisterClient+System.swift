// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI

extension CloisterClient {
    package func status() async throws -> SystemStatus {
        try await self.get(Target("v1", "status"))
    }
}
