// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Hummingbird

/// The query of a URL, read strictly: every parameter must be known, given once and percent-encoded correctly.
struct QueryParameters {
    private var values: [String: String] = [:]
    private var bytes: [String: [UInt8]] = [:]

    /// The values of `binary` parameters need not be UTF-8.
    init(_ request: Request, allowed: Set<String> = [], binary: Set<String> = []) throws {
        guard let query = request.uri.query, !query.isEmpty else { return }
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard allowed.contains(name) || binary.contains(name) else {
                throw CloisterError.invalid(
                    "There is no query parameter \(name.prefix(100)) here.",
                    remedy: Self.remedy(allowed.union(binary))
                )
            }
            guard self.bytes[name] == nil else {
                throw CloisterError.parameter(name, "is given twice")
            }
            let bytes = try Self.decode(parts.count == 2 ? parts[1] : "", of: name)
            self.bytes[name] = bytes
            if !binary.contains(name) { self.values[name] = try Self.text(bytes, of: name) }
        }
    }

    subscript(_ name: String) -> String? {
        self.values[name]
    }

    subscript(binary name: String) -> [UInt8]? {
        self.bytes[name]
    }

    func integer(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let text = self.values[name] else { return nil }
        guard let value = Int64(text), range.contains(value) else {
            throw CloisterError.parameter(name, "must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// `cursor` and `limit`.
    func page() throws -> PageQuery {
        let limit = try self.integer("limit", in: 1...Int64(PageQuery.maximumLimit)).map { Int($0) }
        if let cursor = self.values["cursor"], !(1...512).contains(cursor.utf8.count) {
            throw CloisterError.parameter("cursor", "must be the next_cursor of the page before")
        }
        return PageQuery(cursor: self.values["cursor"], limit: limit ?? PageQuery.defaultLimit)
    }

    private static func decode(_ text: Substring, of name: String) throws -> [UInt8] {
        guard let bytes = PercentEncoding.decode(text.replacing("+", with: "%20")) else {
            throw CloisterError.parameter(name, "must be percent-encoded")
        }
        return bytes
    }

    private static func text(_ bytes: [UInt8], of name: String) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CloisterError.parameter(name, "must be UTF-8")
        }
        return text
    }

    private static func remedy(_ names: Set<String>) -> String {
        names.isEmpty ? "Leave the query out." : "Use: \(names.sorted().joined(separator: ", "))."
    }
}

extension CloisterError {
    static func parameter(_ name: String, _ problem: String) -> Self {
        Self(
            .invalidRequest, "The query parameter \(name) \(problem).", remedy: "See /openapi.json.",
            details: ["parameter": .string(name)]
        )
    }
}
