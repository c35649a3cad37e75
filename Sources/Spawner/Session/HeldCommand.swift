// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Isolation
import Platform
import SpawnerProtocol

/// A command's process as the spawner keeps it: until it has ended and the daemon has said that it knows.
final class HeldCommand {
    enum Stage {
        /// Until the process has a descriptor table of its own.
        case starting(PendingRequest, DescriptorWindow)
        /// Until its status socket closes on exec.
        case awaitingExec(PendingRequest)
        /// It runs, or has ended.
        case started

        var pending: PendingRequest? {
            switch self {
            case .starting(let request, _), .awaitingExec(let request): request
            case .started: nil
            }
        }
    }

    /// The daemon's number for it.
    let number: UInt32
    let session: UInt64
    let incarnation: UInt32
    /// The ends outside.
    let sockets: CommandSockets<Descriptor>
    var stage: Stage
    var status: Descriptor?
    /// 0 once it has been collected. It leads a session and a process group of this number.
    var pid: Int32
    let process: Descriptor
    let began = Clock.now()
    /// The process has said that it is about to execute.
    var isExecuting = false
    var ended: ProcessStatus?

    init(
        number: UInt32, session: UInt64, incarnation: UInt32, sockets: CommandSockets<Descriptor>, stage: Stage,
        status: Descriptor, pid: Int32, process: Descriptor
    ) {
        self.number = number
        self.session = session
        self.incarnation = incarnation
        self.sockets = sockets
        self.stage = stage
        self.status = status
        self.pid = pid
        self.process = process
    }

    var description: CommandDescription {
        CommandDescription(number: number, incarnation: incarnation, ended: ended)
    }

    /// What the daemon gets, in the order of the roles.
    var passed: [(role: DescriptorRole, descriptor: Descriptor)] {
        [
            (.commandInput, sockets.stdin), (.commandOutput, sockets.stdout), (.commandErrors, sockets.stderr),
            (.commandControl, sockets.control),
        ]
    }
}

/// A command that waits for a window.
struct WaitingCommand {
    let request: PendingRequest
    let session: UInt64
    let incarnation: UInt32
    let number: UInt32
}
