// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import SpawnerProtocol

/// What is kept in advance: zygotes and holders.
extension Spawner {
    func prepare(_ request: SpawnerRequest, image: String, limits: SessionLimits, holders: UInt32, zygote: Bool) {
        reply(pending(request.id), request.key, .done)
    }
}
