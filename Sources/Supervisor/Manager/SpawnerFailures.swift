// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Glibc
import SpawnerProtocol

extension SpawnerFailure {
    /// Whether it helps to end other sessions.
    var isForWantOfRoom: Bool {
        switch code {
        case .tooManySessions: true
        case .system: [ENOSPC, EDQUOT, EMFILE, ENFILE, EAGAIN, ENOMEM].contains(errno)
        case .badRequest, .noSuchSession, .sessionExists, .noSuchImage, .ceilingExceeded, .busy, .noDriver,
            .storageRefused, .noSuchCheckpoint, .noSuchCommand:
            false
        }
    }
}

extension CloisterError {
    /// What a failed request to the spawner means to a caller who wanted a session.
    init(creating error: any Error, image: String) {
        switch error {
        case let error as CloisterError: self = error
        case SpawnerClientError.failure(let failure): self.init(failure, image: image)
        case SpawnerClientError.unavailable, SpawnerClientError.protocolViolation:
            self = .spawnerUnavailable(cause: error)
        default:
            self.init(
                .sessionFailed, "The session could not be started.",
                remedy: "Try again; the daemon's log has the reason.", cause: error)
        }
    }

    private init(_ failure: SpawnerFailure, image: String) {
        switch failure.code {
        case .system where failure.errno == ENOSPC || failure.errno == EDQUOT:
            self.init(
                .capacity, "The host's storage pool has no room for another workspace of this size.",
                remedy: "Delete sessions, ask for a smaller limits.workspace_bytes, or enlarge the pool.",
                cause: failure)
        case .system
        where failure.errno == EMFILE || failure.errno == ENFILE || failure.errno == EAGAIN
            || failure.errno == ENOMEM:
            self.init(
                .capacity, "The host has no room for another session: \(failure.step).",
                remedy: "Try again in a moment, or delete sessions.", cause: failure)
        case .noSuchImage:
            self.init(
                .invalidRequest, "There is no image \(image).",
                remedy: "Build it with images/build, or name another one.", cause: failure)
        case .ceilingExceeded:
            self.init(
                .invalidRequest, "The limit \(failure.step) is above what this host allows.",
                remedy: "Ask for less, or raise the spawner's ceiling.", cause: failure)
        case .tooManySessions:
            self.init(
                .tooManySessions, "The spawner keeps as many sessions as it may.",
                remedy: "Delete sessions that are not used.", cause: failure)
        case .storageRefused:
            self.init(
                .invalidRequest, "This host cannot give a workspace of this storage and size.",
                remedy: "Use another storage, or a smaller limits.workspace_bytes.", cause: failure)
        case .busy:
            self.init(
                .capacity, "The spawner is busy with this session or with too many at once.",
                remedy: "Try again in a moment.", cause: failure)
        case .system, .badRequest, .noSuchSession, .sessionExists, .noDriver, .noSuchCheckpoint, .noSuchCommand:
            self.init(
                .sessionFailed, "The session could not be started: \(failure.step) failed.",
                remedy: "The spawner's log says more.",
                details: ["step": .string(failure.step), "errno": .number(Double(failure.errno))], cause: failure)
        }
    }
}
