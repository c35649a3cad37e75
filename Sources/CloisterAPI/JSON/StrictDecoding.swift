// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import FoundationEssentials

/// Reads request bodies. Unknown fields are refused by name, wrong types by path, so that a typing mistake of a
/// caller never passes silently.
package enum StrictJSON {
    package static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw CloisterError(decoding: error)
        }
    }
}

extension Decoder {
    /// A container that has been checked to hold no other keys than those of `Key`.
    package func strictContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        for key in try self.container(keyedBy: AnyKey.self).allKeys where Key(stringValue: key.stringValue) == nil {
            let field = CloisterError.path(self.codingPath + [key])
            throw CloisterError(
                .unknownField, "The request has a field that is not known: \(field).",
                remedy: "Check its spelling against the API description at /openapi.json, or leave it out.",
                details: ["field": .string(field)]
            )
        }
        return try self.container(keyedBy: type)
    }
}

extension KeyedDecodingContainer {
    /// `decodeIfPresent` for numbers. For one that does not fit, Foundation throws an error of its own, which it turns
    /// into "not valid JSON" further out.
    func number<Number: Numeric & Decodable>(_ type: Number.Type, forKey key: Key) throws -> Number? {
        do {
            return try self.decodeIfPresent(type, forKey: key)
        } catch let error as DecodingError {
            throw error
        } catch {
            let kind = type == Double.self ? "a number" : "an integer"
            throw CloisterError.field(CloisterError.path(self.codingPath + [key]), "must be \(kind) that fits 64 bits")
        }
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init?(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        nil
    }
}

extension CloisterError {
    package init(decoding error: DecodingError) {
        let (field, problem) = Self.describe(error)
        self.init(
            .invalidRequest, field.map { "\($0): \(problem)." } ?? "The request body \(problem).",
            remedy: "Send a JSON object as /openapi.json describes it.",
            details: field.map { ["field": .string($0)] }
        )
    }

    private static func describe(_ error: DecodingError) -> (field: String?, problem: String) {
        switch error {
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            (Self.field(context.codingPath), "must be \(Self.name(of: type))")
        case .keyNotFound(let key, let context):
            (Self.path(context.codingPath + [key]), "is required")
        case .dataCorrupted(let context):
            if let field = Self.field(context.codingPath) {
                (field, "has a value that is not allowed here")
            } else {
                (nil, "is not valid JSON")
            }
        @unknown default:
            (nil, "cannot be read")
        }
    }

    private static func field(_ keys: [any CodingKey]) -> String? {
        keys.isEmpty ? nil : Self.path(keys)
    }

    /// `limits.memory_bytes`, cut to a length that is safe to echo.
    static func path(_ keys: [any CodingKey]) -> String {
        String(keys.map(\.stringValue).joined(separator: ".").prefix(200))
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is Double.Type: "a number"
        case is any FixedWidthInteger.Type: "an integer"
        case is [String: String].Type: "an object of strings"
        default: "an object"
        }
    }
}
