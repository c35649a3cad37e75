// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
import Platform
import SpawnerProtocol

/// A driver by exec, and what every driver's process says until its interpreter runs.
extension Spawner {
    func startDriver(
        _ session: HeldSession, _ incarnation: LiveIncarnation, _ request: PendingRequest, _ window: DescriptorWindow
    ) {
        incarnation.phaseStart = Clock.now()
        incarnation.path = .exec
        session.state = .startingDriver(request, window)
        do throws(SystemError) {
            try factory.startDriver(session, incarnation, window)
            if let status = incarnation.driverStatus { try loop.add(status, .driver(session.number)) }
        } catch { startFailed(session, error) }
    }

    /// The driver's process says that it has its own descriptors, then that it executes; then its socket closes.
    func driverReported(_ number: UInt64) {
        guard let session = table[number], let incarnation = session.incarnation else { return }
        if case .live = session.state { return driverSettled(session) }
        guard session.state.isStarting else { return }
        do throws(SystemError) {
            while let status = incarnation.driverStatus, let report = try receiveReport(status) {
                if case .failed(let error) = report { throw error }
                try driverAdvanced(session, incarnation, hasEnded: report == .ended)
            }
        } catch { startFailed(session, error) }
    }

    private func driverAdvanced(_ session: HeldSession, _ incarnation: LiveIncarnation, hasEnded: Bool)
        throws(SystemError)
    {
        switch session.state {
        case .startingDriver(let request, let window) where !hasEnded:
            release(window)
            session.state = .awaitingExec(request)
        case .awaitingExec where !hasEnded: incarnation.isExecuting = true
        case .awaitingZygote where !hasEnded:
            incarnation.isExecuting = true
            joinAdvanced(session, incarnation)
        case .awaitingExec(let request) where incarnation.isExecuting:
            dropStatus(incarnation)
            becomeLive(session, incarnation, request)
        // The zygote has not told of it yet.
        case .awaitingZygote where incarnation.isExecuting: dropStatus(incarnation)
        case .live where hasEnded: driverSettled(session)
        default: throw SystemError("the driver's process died", errno: ECHILD)
        }
    }

    /// The driver's interpreter runs.
    func becomeLive(_ session: HeldSession, _ incarnation: LiveIncarnation, _ request: PendingRequest) {
        incarnation.note(.driver, since: incarnation.phaseStart)
        session.state = .live
        session.hasLived = true
        lastRequest = Clock.now()
        replyIncarnation(session, request)
    }

    func dropStatus(_ incarnation: LiveIncarnation) {
        if let status = incarnation.driverStatus { loop.remove(status) }
        incarnation.driverStatus = nil
    }

    /// `nil` when nothing has come yet.
    func receiveReport(_ socket: Descriptor) throws(SystemError) -> ChildReport? {
        var bytes = [UInt8](repeating: 0, count: 80)
        let count = cloister_receive(socket.number, &bytes, bytes.count, 0)
        if count == -Int(EAGAIN) { return nil }
        if count == 0 || count == -Int(ECONNRESET) { return .ended }
        guard let report = ChildReport(bytes: bytes[..<(try check("status socket", count))]) else {
            throw SystemError("status socket", errno: EBADMSG)
        }
        return report
    }
}
