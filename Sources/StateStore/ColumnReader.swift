// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import GRDB

/// Reads the columns of a row from left to right. A value of another type than the schema's is damage and an error;
/// GRDB's own subscripts would end the process.
struct ColumnReader {
    private let row: Row
    private var index = 0

    init(_ row: Row) {
        self.row = row
    }

    mutating func next<Value: DatabaseValueConvertible>() throws -> Value {
        guard let value: Value = try nextIfPresent() else { throw damage() }
        return value
    }

    mutating func nextIfPresent<Value: DatabaseValueConvertible>() throws -> Value? {
        guard index < row.count else { throw damage() }
        let stored: DatabaseValue = row[index]
        index += 1
        if stored.isNull { return nil }
        guard let value = Value.fromDatabaseValue(stored) else { throw damage() }
        return value
    }

    mutating func nextBytes() throws -> [UInt8] {
        let data: Data = try next()
        return Array(data)
    }

    mutating func nextCase<Value: RawRepresentable>() throws -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: try next()) else { throw damage() }
        return value
    }

    /// Device and inode numbers use all 64 bits; SQLite's integers are signed.
    mutating func nextUnsigned() throws -> UInt64 {
        let value: Int64 = try next()
        return UInt64(bitPattern: value)
    }

    private func damage() -> DatabaseError {
        DatabaseError(resultCode: .SQLITE_CORRUPT, message: "column \(index) of a row has an impossible value")
    }
}
