// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Platform
import SpawnerProtocol

/// A copy of a driver that waits, on a socket of its own, to be woken as the driver of another incarnation.
final class HeldCheckpoint {
    enum Stage {
        /// The driver has its socket and has not forked yet.
        case expected
        /// Its process is on its way to where a kill of the running tree does not reach it.
        case leaving
        case kept
        /// On its way back into the running tree.
        case returning
    }

    /// How the daemon calls it.
    let listing: CheckpointListing
    /// Tells it in the event loop; never used again.
    let serial: UInt64
    let session: UInt64
    let socket: Descriptor
    var stage = Stage.expected
    var pid: Int32 = 0
    var process: Descriptor?
    /// A child of the spawner is moving it.
    var isMoving = false

    var number: UInt32 { listing.number }

    init(_ listing: CheckpointListing, serial: UInt64, session: UInt64, socket: Descriptor) {
        self.listing = listing
        self.serial = serial
        self.session = session
        self.socket = socket
    }
}

/// A child of the spawner that moves a checkpoint. It shares the spawner's descriptors, so that those it writes to stay
/// open until it has been collected, whatever becomes of the checkpoint: another file under one of their numbers would
/// be written to.
struct CheckpointMover {
    let checkpoint: HeldCheckpoint
    let files: [Descriptor]
}
