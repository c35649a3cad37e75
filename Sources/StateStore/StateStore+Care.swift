// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import GRDB

extension StateStore {
    /// Larger files are not read through at every start; `integrityCheck` does it on demand.
    private static let quickCheckLimit: Int64 = 64 << 20

    /// Reads the whole database and compares indexes with tables. Empty when all is well.
    package func integrityCheck() throws(StateStoreError) -> [String] {
        try check("PRAGMA integrity_check(20)")
    }

    /// Writes a consistent copy to `destination`, which must not exist, and syncs it. The store stays in use meanwhile.
    package func backup(to destination: String) throws(StateStoreError) {
        try fold()
        let partial = destination + ".partial"
        try DatabaseFile(path: destination).requireAbsent()
        try DatabaseFile(path: partial).replaceByEmpty()
        try translating {
            let copy = try DatabaseQueue(path: partial)
            try pool.backup(to: copy)
            // One plain file, without a log beside it.
            try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
        }
        try DatabaseFile(path: partial).publish(as: destination)
    }

    func refuseDamage() throws(StateStoreError) {
        guard try DatabaseFile(path: path).size() <= Self.quickCheckLimit else { return }
        let findings = try check("PRAGMA quick_check(1)")
        if let finding = findings.first { throw .corrupt(path: path, cause: finding) }
    }

    private func check(_ pragma: String) throws(StateStoreError) -> [String] {
        try translating {
            try pool.unsafeRead { try String.fetchAll($0, sql: pragma) }.filter { $0 != "ok" }
        }
    }
}
