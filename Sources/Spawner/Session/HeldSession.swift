// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Isolation
import Platform
import SpawnerProtocol

/// A session as the spawner keeps it.
final class HeldSession {
    /// What happens once an ending incarnation is gone.
    enum Afterwards {
        case renew(PendingRequest)
        /// Who asked for it has been answered.
        case destroy
        /// The zygote failed: the same start again, by exec.
        case retry(PendingRequest)
        /// The start failed: the session goes, or stays without an incarnation if it had one before.
        case fail(PendingRequest, SpawnerFailure)
    }

    enum State {
        /// Waits for a descriptor window.
        case waiting(PendingRequest)
        case startingHolder(PendingRequest, DescriptorWindow)
        /// Until the driver's process has a descriptor table of its own.
        case startingDriver(PendingRequest, DescriptorWindow)
        /// Until the zygote has forked the driver, and that has settled.
        case awaitingZygote(PendingRequest)
        /// Until its status socket closes on exec.
        case awaitingExec(PendingRequest)
        /// A holder that nobody has asked for yet.
        case spare
        /// The driver runs, or has run and ended.
        case live
        /// A checkpoint is on its way into the running tree.
        case rollingBack(PendingRequest, HeldCheckpoint)
        case stopping(Afterwards)
        /// No incarnation: the last start failed.
        case idle

        /// Who waits for the session to be there.
        var pending: PendingRequest? {
            switch self {
            case .waiting(let request), .startingHolder(let request, _), .startingDriver(let request, _),
                .awaitingZygote(let request), .awaitingExec(let request), .rollingBack(let request, _),
                .stopping(.renew(let request)), .stopping(.retry(let request)), .stopping(.fail(let request, _)):
                request
            case .stopping(.destroy), .spare, .live, .idle: nil
            }
        }

        var isStarting: Bool {
            switch self {
            case .startingHolder, .startingDriver, .awaitingZygote, .awaitingExec, .rollingBack: true
            case .waiting, .spare, .live, .stopping, .idle: false
            }
        }
    }

    /// `nil` while it is kept in advance, and once it is destroyed.
    var key: SessionKey?
    /// Tells this session in the event loop; never used again.
    let number: UInt64
    let image: ImageTree
    let imageIndex: Int
    var limits: SessionLimits
    let userSlot: UInt32
    let identity: SessionIdentity
    var workspace: Workspace
    let workspaceNanoseconds: UInt64
    var created = Clock.now()
    var state = State.idle
    var incarnation: LiveIncarnation?
    var incarnations: UInt32 = 0
    /// Names the cgroup: a start that failed and is tried again is the same incarnation in another group.
    var attempts: UInt32 = 0
    /// The present start is by exec whatever there is.
    var avoidsZygote = false
    /// An incarnation has been live: from then on a failed start does not end the session.
    var hasLived = false
    /// When it began to wait for its turn.
    var enqueued: UInt64 = 0
    /// Copies of the driver that wait, by the daemon's number.
    var checkpoints: [UInt32: HeldCheckpoint] = [:]
    /// By the daemon's number.
    var commands: [UInt32: HeldCommand] = [:]
    /// When the present start began.
    var startBegan: UInt64 = 0

    init(
        key: SessionKey?, number: UInt64, image: (tree: ImageTree, index: Int), limits: SessionLimits, userSlot: UInt32,
        identity: SessionIdentity, workspace: Workspace, workspaceNanoseconds: UInt64
    ) {
        self.key = key
        self.number = number
        self.image = image.tree
        imageIndex = image.index
        self.limits = limits
        self.userSlot = userSlot
        self.identity = identity
        self.workspace = workspace
        self.workspaceNanoseconds = workspaceNanoseconds
    }

    var keptCheckpoints: [CheckpointListing] {
        let kept = checkpoints.values.filter { if case .kept = $0.stage { true } else { false } }
        return kept.map(\.listing).sorted { $0.number < $1.number }
    }

    /// How the daemon sees it; `nil` for what it knows nothing of.
    var listing: SessionListing? {
        guard let key else { return nil }
        let state: SessionListing.State =
            switch self.state {
            case .waiting, .startingHolder, .startingDriver, .awaitingZygote, .awaitingExec, .rollingBack: .starting
            case .live: incarnation?.ended == nil ? .live : .ended
            case .spare, .idle: .ended
            case .stopping: .stopping
            }
        return SessionListing(
            key: key, incarnation: incarnations, state: state, image: image.name, created: created)
    }
}
