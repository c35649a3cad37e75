// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
import Platform
import SpawnerProtocol

/// Starting and replacing zygotes, and what they say.
extension Spawner {
    private static let importLimit: UInt64 = 120_000_000_000
    private static let refusalLimit = 3
    private static let longestReport = 4096
    private static let mostLines = 50

    /// Starts what is missing and replaces what is old. The old one serves until the new one is ready.
    func maintainZygotes(now: UInt64) {
        guard !isShuttingDown else { return }
        for pool in pools.values where pool.wantsZygote && pool.successor == nil && now >= pool.nextZygote {
            if let zygote = pool.zygote, !isOld(zygote, now) { continue }
            startZygote(pool, now)
        }
        for zygote in zygotes.values where zygote.isStarting && now > zygote.started &+ Self.importLimit {
            zygoteFailed(zygote, SystemError("imports took too long", errno: ETIMEDOUT))
        }
    }

    private func isOld(_ zygote: HeldZygote, _ now: UInt64) -> Bool {
        zygote.forks >= settings.zygoteForks || now > zygote.started &+ settings.zygoteSeconds &* 1_000_000_000
    }

    private func startZygote(_ pool: ImagePool, _ now: UInt64) {
        guard let users = users.zygoteUsers(ofImage: pool.image), let window = windows.popLast() else { return }
        do throws(SystemError) {
            guard let found = try images.image(pool.name) else { throw SystemError("no image", errno: ENOENT) }
            pool.generation += 1
            let started = try factory.startZygote(
                named: "z\(pool.image)-\(pool.generation)", image: found.tree, users: users, limits: pool.limits,
                window: window)
            lastZygote += 1
            let zygote = HeldZygote(
                number: lastZygote, image: pool.image, generation: pool.generation, group: started.group,
                socket: started.socket, process: started.process, pid: started.pid, window: window)
            zygotes[zygote.number] = zygote
            pool.successor = zygote
            try loop.add(zygote.socket, .zygote(zygote.number))
        } catch {
            if let zygote = pool.successor { return zygoteFailed(zygote, error) }
            release(window)
            pendingCgroups.append("z\(pool.image)-\(pool.generation)")
            noteFailure(pool, error)
        }
    }

    // MARK: What it says

    func zygoteReported(_ number: UInt64) {
        while let zygote = zygotes[number], !zygote.isDead {
            var bytes = [UInt8](repeating: 0, count: Self.longestReport)
            var passed = [CInt](repeating: -1, count: 4)
            var count: CInt = 4
            let size = cloister_receive_descriptors(zygote.socket.number, &bytes, bytes.count, &passed, &count)
            if size == -Int(EAGAIN) { return }
            // More than anybody has to say.
            if size == -Int(EMSGSIZE) { continue }
            guard size > 0 else { return zygoteFailed(zygote, SystemError("the zygote ended", errno: ECHILD)) }
            let descriptors = passed.prefix(Int(count)).map { Descriptor(owning: $0) }
            zygoteSaid(zygote, bytes[..<size], descriptors.first)
        }
    }

    private func zygoteSaid(_ zygote: HeldZygote, _ bytes: ArraySlice<UInt8>, _ process: Descriptor?) {
        if let report = ZygoteReport(bytes) {
            zygoteReported(zygote, report, process)
        } else if zygote.isStarting, bytes.count == 1 || bytes.dropFirst().first == 0,
            let report = ChildReport(bytes: bytes)
        {
            childReported(zygote, report)
        } else {
            note(zygote, bytes)
        }
    }

    /// What its interpreter or a library has to say, a bounded number of times.
    private func note(_ zygote: HeldZygote, _ bytes: ArraySlice<UInt8>) {
        zygote.lines += 1
        guard zygote.lines <= Self.mostLines else { return }
        let text = bytes.map { (0x20..<0x7f).contains($0) ? $0 : 0x20 }
        SpawnerLog.write("zygote \(zygote.pid) says: \(String(decoding: text, as: UTF8.self))")
    }

    private func childReported(_ zygote: HeldZygote, _ report: ChildReport) {
        switch report {
        case .failed(let error): zygoteFailed(zygote, error)
        case .ready, .ended:
            guard case .starting(let window) = zygote.state else { return }
            zygote.state = .importing
            release(window)
        }
    }

    private func zygoteReported(_ zygote: HeldZygote, _ report: ZygoteReport, _ process: Descriptor?) {
        switch report.kind {
        case .ready: zygoteIsReady(zygote)
        case .forked: forked(zygote, report, process)
        case .failed: refused(zygote, report)
        }
        pump(zygote)
        endIfDone(zygote)
    }

    private func zygoteIsReady(_ zygote: HeldZygote) {
        guard zygote.isStarting, let pool = pools[zygote.image], pool.successor === zygote else { return }
        zygote.state = .ready
        if let old = pool.zygote { retire(old) }
        pool.zygote = zygote
        pool.successor = nil
        let milliseconds = (Clock.now() &- zygote.started) / 1_000_000
        SpawnerLog.write("zygote \(pool.name) generation \(zygote.generation): ready after \(milliseconds) ms")
    }

    private func refused(_ zygote: HeldZygote, _ report: ZygoteReport) {
        let error = SystemError(report.step, errno: report.error)
        zygote.refusals += 1
        pools[zygote.image]?.noteRefusal(SpawnerFailure(.system, step: error.step, errno: error.errno))
        if zygote.outstanding.removeValue(forKey: report.number) != nil, let session = table[report.number],
            case .awaitingZygote(let request) = session.state
        {
            retryByExec(session, request, error)
        }
        if zygote.refusals >= Self.refusalLimit { zygoteFailed(zygote, error) }
    }
}
