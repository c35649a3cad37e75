// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import StateStore
import Synchronization

/// Sessions as callers see them. Many cost one change of threads, not several each.
extension SessionManager {
    /// Measured by one thread at a time.
    private static let batch = 128

    func describe(_ session: LiveSession) async throws -> Session {
        let views = await views([session])
        return try await core.blocking.run { views[0].measured }
    }

    func describe(_ sessions: [LiveSession]) async throws -> [Session] {
        let views = await views(sessions)
        return try await withThrowingTaskGroup(of: (Int, [Session]).self) { group in
            for start in stride(from: 0, to: views.count, by: Self.batch) {
                let part = views[start..<min(start + Self.batch, views.count)]
                group.addTask { (start, try await self.core.blocking.run { part.map(\.measured) }) }
            }
            var parts: [Int: [Session]] = [:]
            for try await (start, part) in group { parts[start] = part }
            return parts.sorted { $0.key < $1.key }.flatMap(\.value)
        }
    }

    func describe(_ records: [SessionRecord]) async throws -> [Session] {
        let sessions = registry.withLock { registry in
            records.compactMap { SessionID($0.id).flatMap { registry.byID[$0] } }
        }
        return try await describe(sessions)
    }

    private struct View: Sendable {
        let session: Session
        let incarnation: Incarnation?

        /// Blocks for as long as the kernel needs.
        var measured: Session {
            var session = session
            session.usage = incarnation?.usage()
            return session
        }
    }

    private func views(_ sessions: [LiveSession]) async -> [View] {
        await withUnsafeContinuation { continuation in
            core.control.perform {
                let views = sessions.map { session in
                    session.assumeIsolated { View(session: $0.description, incarnation: $0.measurable) }
                }
                continuation.resume(returning: views)
            }
        }
    }
}
