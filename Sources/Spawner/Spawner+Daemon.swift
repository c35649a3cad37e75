// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Isolation
import Platform
import SpawnerProtocol

/// The conversation with the daemon.
extension Spawner {
    func acceptDaemon() {
        while let socket = acceptOne() {
            // A daemon that died may not have been noticed yet: the newest connection is the daemon's.
            dropConnection()
            connections += 1
            let accepted = DaemonConnection(socket: socket, number: connections)
            do {
                try loop.add(socket, .daemon(connections))
                connection = accepted
            } catch { SpawnerLog.write("\(error)") }
        }
    }

    /// Out of descriptors, the listener would report its waiting peer for ever: it is left alone for a while.
    private func acceptOne() -> Descriptor? {
        switch listener.accept() {
        case .connection(let socket): return socket
        case .none: return nil
        case .exhausted:
            loop.remove(listener.socket)
            isListening = false
            return nil
        }
    }

    func dropConnection() {
        guard let connection else { return }
        loop.remove(connection.socket)
        self.connection = nil
    }

    func serveDaemon(_ number: UInt64) {
        // A bounded number at a time: other events get their turn.
        for _ in 0..<16 {
            guard let connection, connection.number == number else { return }
            switch connection.receive() {
            case .nothing: return
            case .closed: return dropConnection()
            case .malformed:
                SpawnerLog.write("malformed request: the daemon is cut off")
                return dropConnection()
            case .request(let request): serve(request)
            }
        }
    }

    private func serve(_ request: SpawnerRequest) {
        guard request.id != 0 else { return dropConnection() }
        switch request.action {
        case .create(let image, let storage, let limits):
            create(request, image: image, storage: storage, limits: limits)
        case .list: list(request)
        case .statistics: reply(pending(request.id), request.key, .statistics(statistics()))
        case .prepare(let image, let limits, let holders, let zygote):
            prepare(request, image: image, limits: limits, holders: holders, zygote: zygote)
        case .pools: reply(pending(request.id), request.key, .pools(poolListings()))
        case .renew, .adopt, .destroy, .interrupt, .keep, .rollback, .drop, .startCommand, .signalCommand,
            .adoptCommand, .forgetCommand:
            guard let session = table[request.key] else {
                return fail(pending(request.id), request.key, SpawnerFailure(.noSuchSession))
            }
            serve(request, session)
        }
    }

    private func serve(_ request: SpawnerRequest, _ session: HeldSession) {
        if request.action != .adopt { lastRequest = Clock.now() }
        switch request.action {
        case .renew: renew(session, pending(request.id))
        case .adopt: adopt(session, pending(request.id))
        case .destroy: destroy(session, pending(request.id))
        case .interrupt(let incarnation, let rung): interrupt(session, incarnation, rung, pending(request.id))
        case .keep(let incarnation, let listing): keep(session, incarnation, listing, pending(request.id))
        case .rollback(let number): rollBack(session, to: number, pending(request.id))
        case .drop(let number): drop(session, number, pending(request.id))
        case .startCommand(let incarnation, let number):
            startCommand(session, incarnation, number, pending(request.id))
        case .signalCommand(let number, let signal, let toGroup):
            signalCommand(session, number, signal, toGroup: toGroup, pending(request.id))
        case .adoptCommand(let number): adoptCommand(session, number, pending(request.id))
        case .forgetCommand(let number): forgetCommand(session, number, pending(request.id))
        case .create, .list, .statistics, .prepare, .pools: break
        }
    }

    private func list(_ request: SpawnerRequest) {
        var listings = table.all.compactMap(\.listing)
        if request.key != SessionKey(high: 0, low: 0) {
            guard let position = listings.firstIndex(where: { $0.key == request.key }) else {
                return fail(pending(request.id), request.key, SpawnerFailure(.noSuchSession))
            }
            listings.removeFirst(position + 1)
        }
        reply(pending(request.id), request.key, .sessions(Array(listings.prefix(SessionListing.perPacket))))
    }

    private func statistics() -> SpawnerStatistics {
        var statistics = SpawnerStatistics()
        statistics.pid = UInt32(truncatingIfNeeded: getpid())
        statistics.layout = cgroups.isUnified ? .v2 : .hybrid
        statistics.sessions = UInt32(table.count)
        statistics.openDescriptors = Self.openDescriptors()
        statistics.created = table.created
        statistics.failed = failures
        statistics.landlock = UInt32(factory.landlock)
        statistics.cgroupsPending = UInt32(pendingCgroups.count)
        statistics.subvolumesPending = UInt32(workspaces.pending + endedWorkspaces.count)
        statistics.uidsQuarantined = UInt32(users.resting(now: Clock.now()))
        statistics.images = UInt32(images.count)
        statistics.commands = UInt32(heldCommands)
        return statistics
    }

    private static func openDescriptors() -> UInt32 {
        if let count = OpenDescriptors.count { return UInt32(clamping: count) }
        guard let directory = try? Descriptor.open("/proc/self/fd", O_RDONLY | O_DIRECTORY),
            let names = try? DirectoryNames.list(directory)
        else { return 0 }
        return UInt32(names.count)
    }

    /// A request of the present connection.
    func pending(_ id: UInt64) -> PendingRequest { PendingRequest(connection: connection?.number ?? 0, id: id) }

    /// Answers a request, unless the daemon that made it is gone.
    func reply(
        _ request: PendingRequest, _ key: SessionKey?, _ body: SpawnerReply.Body, _ descriptors: [Descriptor] = []
    ) {
        guard let connection, connection.number == request.connection else { return }
        send(SpawnerReply(requestID: request.id, key: key ?? SessionKey(high: 0, low: 0), body: body), descriptors)
    }

    /// Tells what nobody asked for.
    func announce(_ session: HeldSession, _ body: SpawnerReply.Body) {
        guard let key = session.key else { return }
        send(SpawnerReply(requestID: 0, key: key, body: body), [])
    }

    private func send(_ reply: SpawnerReply, _ descriptors: [Descriptor]) {
        guard let connection else { return }
        if !connection.send(reply, descriptors: descriptors) { dropConnection() }
    }

    func fail(_ request: PendingRequest, _ key: SessionKey?, _ failure: SpawnerFailure) {
        reply(request, key, .failure(failure))
    }

    /// Gives the daemon everything that it needs of the live incarnation.
    func replyIncarnation(_ session: HeldSession, _ request: PendingRequest) {
        guard let incarnation = session.incarnation else {
            return fail(request, session.key, SpawnerFailure(.noDriver))
        }
        do throws(SystemError) {
            if incarnation.cgroup.files == nil {
                incarnation.cgroup.files = try cgroups.openFiles(incarnation.cgroup.name)
            }
            if incarnation.workspace == nil { try factory.openWorkspaceForDaemon(session, incarnation) }
        } catch { return fail(request, session.key, SpawnerFailure(.system, step: error.step, errno: error.errno)) }
        let passed = incarnation.passed
        let description = IncarnationDescription(
            number: incarnation.number, layout: cgroups.isUnified ? .v2 : .hybrid, ended: incarnation.ended,
            phases: incarnation.phases, path: incarnation.path, isHolderPooled: incarnation.isHolderPooled,
            checkpoints: session.keptCheckpoints)
        reply(
            request, session.key, .incarnation(description, roles: passed.map(\.role)), passed.map(\.descriptor))
        incarnation.dropCopies()
    }
}
