// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import SpawnerProtocol

/// The spawner's sessions, by the daemon's key and by the spawner's own number.
struct SessionTable {
    private var byKey: [SessionKey: HeldSession] = [:]
    private var byNumber: [UInt64: HeldSession] = [:]
    /// In the order of their creation, for listing; ended ones are dropped now and then.
    private var order: [UInt64] = []
    private var lastNumber: UInt64 = 0
    /// Sessions that wait for a window, oldest first.
    var waiting: [UInt64] = []

    var count: Int { byKey.count }
    var created: UInt64 { lastNumber }
    /// With those that are kept in advance.
    var total: Int { byNumber.count }
    var all: [HeldSession] { order.compactMap { byNumber[$0] } }

    subscript(key: SessionKey) -> HeldSession? { byKey[key] }
    subscript(number: UInt64) -> HeldSession? { byNumber[number] }

    mutating func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    mutating func insert(_ session: HeldSession) {
        if let key = session.key { byKey[key] = session }
        byNumber[session.number] = session
        order.append(session.number)
    }

    /// Gives a session that was kept in advance its key.
    mutating func assign(_ key: SessionKey, to session: HeldSession) {
        session.key = key
        byKey[key] = session
    }

    /// Takes a session's key away: nobody can name it any more, and the key is free.
    mutating func unassign(_ session: HeldSession) {
        if let key = session.key { byKey[key] = nil }
        session.key = nil
    }

    mutating func remove(_ session: HeldSession) {
        if let key = session.key { byKey[key] = nil }
        byNumber[session.number] = nil
        waiting.removeAll { $0 == session.number }
        if order.count > 64, order.count > byNumber.count * 2 { order.removeAll { byNumber[$0] == nil } }
    }

    /// The session to which a child process belongs.
    func owner(ofProcess pid: Int32) -> HeldSession? {
        byNumber.values.first { $0.incarnation?.initPid == pid || $0.incarnation?.driverPid == pid }
    }
}
