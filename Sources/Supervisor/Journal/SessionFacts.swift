// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import FoundationEssentials
import SpawnerProtocol
import StateStore

/// What is settled about a session when it is created.
struct SessionFacts: Sendable {
    let id: SessionID
    let key: SessionKey
    let name: String?
    let image: String
    let storage: CloisterAPI.WorkspaceStorage
    let limits: CloisterAPI.SessionLimits
    let metadata: [String: String]
    let ownerUID: UInt32
    let createdAt: Int64
    var checkpoint = CheckpointPolicy.auto

    /// The same session with another's name, metadata, owner, time and policy.
    func owned(as other: SessionFacts) -> SessionFacts {
        var facts = SessionFacts(
            id: id, key: key, name: other.name, image: image, storage: storage, limits: limits,
            metadata: other.metadata, ownerUID: other.ownerUID, createdAt: other.createdAt)
        facts.checkpoint = other.checkpoint
        return facts
    }

    func record(_ state: SessionState = .starting) throws -> SessionRecord {
        let encoder = JSONEncoder()
        return SessionRecord(
            id: id.description, key: key.bytes, name: name, image: image, storage: storage.rawValue,
            limits: try encoder.encode(limits), metadata: try encoder.encode(metadata), ownerUID: ownerUID,
            state: state.rawValue, createdAt: createdAt, checkpoint: checkpoint.rawValue)
    }

    init(
        id: SessionID, key: SessionKey, name: String?, image: String, storage: CloisterAPI.WorkspaceStorage,
        limits: CloisterAPI.SessionLimits, metadata: [String: String], ownerUID: UInt32, createdAt: Int64
    ) {
        self.id = id
        self.key = key
        self.name = name
        self.image = image
        self.storage = storage
        self.limits = limits
        self.metadata = metadata
        self.ownerUID = ownerUID
        self.createdAt = createdAt
    }

    /// Fails on a row that this daemon cannot have written.
    init(_ record: SessionRecord) throws {
        let decoder = JSONDecoder()
        guard let id = SessionID(record.id), let key = SessionKey(bytes: record.key),
            let storage = CloisterAPI.WorkspaceStorage(rawValue: record.storage)
        else { throw DamagedRow(what: "session \(record.id)") }
        self.init(
            id: id, key: key, name: record.name, image: record.image, storage: storage,
            limits: try decoder.decode(CloisterAPI.SessionLimits.self, from: record.limits),
            metadata: try decoder.decode([String: String].self, from: record.metadata),
            ownerUID: record.ownerUID, createdAt: record.createdAt)
        checkpoint = CheckpointPolicy(rawValue: record.checkpoint) ?? .auto
    }
}

extension SessionRecord {
    /// How the session was made, as far as the row tells.
    var creationReport: SessionCreationReport? {
        creation.flatMap { try? JSONDecoder().decode(SessionCreationReport.self, from: $0) }
    }
}

/// A row that does not hold what the daemon writes.
struct DamagedRow: Error, CustomStringConvertible {
    let what: String
    var description: String { "the state database holds an impossible row: \(what)" }
}

extension CloisterAPI.SessionLimits {
    /// As the spawner wants them. /dev/shm gets as much as /tmp.
    func forSpawner(_ settings: SupervisorSettings) -> SpawnerProtocol.SessionLimits {
        SpawnerProtocol.SessionLimits(
            memoryBytes: UInt64(clamping: memoryBytes), pids: UInt32(clamping: pids),
            cpuMillis: UInt32(exactly: (cpus * 1_000).rounded()) ?? .max,
            workspaceBytes: UInt64(clamping: workspaceBytes), tmpBytes: UInt64(clamping: tmpBytes),
            shmBytes: UInt64(clamping: tmpBytes), openFiles: settings.openFiles)
    }
}

extension CloisterAPI.WorkspaceStorage {
    var forSpawner: SpawnerProtocol.WorkspaceStorage {
        switch self {
        case .pool: .pool
        case .tmpfs: .tmpfs
        }
    }
}
