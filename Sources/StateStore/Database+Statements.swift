// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import GRDB

extension Database {
    /// Runs a statement that is compiled once per connection. Returns the number of rows it changed.
    @discardableResult
    func run(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?] = []) throws -> Int {
        let statement = try cachedStatement(sql: sql)
        try statement.execute(arguments: StatementArguments(arguments))
        return changesCount
    }

    /// The first row of a statement that is compiled once per connection.
    func first<Value>(
        _ sql: String,
        _ arguments: [(any DatabaseValueConvertible)?],
        _ decode: (inout ColumnReader) throws -> Value
    ) throws -> Value? {
        let statement = try cachedStatement(sql: sql)
        guard let row = try Row.fetchOne(statement, arguments: StatementArguments(arguments)) else { return nil }
        var columns = ColumnReader(row)
        return try decode(&columns)
    }

    /// All rows of a statement that is compiled once per connection.
    func all<Value>(
        _ sql: String,
        _ arguments: [(any DatabaseValueConvertible)?],
        _ decode: (inout ColumnReader) throws -> Value
    ) throws -> [Value] {
        let statement = try cachedStatement(sql: sql)
        let rows = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
        var values: [Value] = []
        while let row = try rows.next() {
            var columns = ColumnReader(row)
            values.append(try decode(&columns))
        }
        return values
    }
}
