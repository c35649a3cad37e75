// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import TOMLKit

/// A parsed value, free of the parser's own types: those point into memory that only the parser knows.
enum TOMLNode: Equatable {
    case text(String)
    case integer(Int64)
    case number(Double)
    case flag(Bool)
    case table([String: TOMLNode])
    case list([TOMLNode])
    /// Times: no setting takes one.
    case other(kind: String)

    /// What the file says, in the words of an error message.
    var description: String {
        switch self {
        case .text(let text) where text.contains("://") && text.contains("@"): "a URL with a user in it"
        case .text(let text): "the string \(quoted(text))"
        case .integer(let integer): "the integer \(integer)"
        case .number(let number): "the number \(number)"
        case .flag(let flag): "\(flag)"
        case .table: "a table"
        case .list: "a list"
        case .other(let kind): "a value of type \(kind)"
        }
    }

    static func parse(_ text: String, file: String) throws(ConfigurationError) -> [String: TOMLNode] {
        // The parser takes C strings and would stop here without a word.
        guard !text.utf8.contains(0) else { throw .notText(file) }
        do {
            return nodes(of: try TOMLTable(string: text))
        } catch let error as TOMLParseError {
            throw ConfigurationError(
                .syntax, file: file, line: error.source.begin.line, "not valid TOML: \(error.description)",
                remedy: "correct the line; config/cloister.toml of the sources shows every key")
        } catch {
            throw ConfigurationError(.syntax, file: file, "not valid TOML: \(error)", remedy: "correct the file")
        }
    }

    private static func nodes(of table: TOMLTable) -> [String: TOMLNode] {
        var nodes: [String: TOMLNode] = [:]
        for key in table.keys {
            nodes[key] = table[key].map(node) ?? .other(kind: "unknown")
        }
        return nodes
    }

    private static func node(_ value: any TOMLValueConvertible) -> TOMLNode {
        if let text = value.string { return .text(text) }
        if let integer = value.int { return .integer(Int64(integer)) }
        if let number = value.double { return .number(number) }
        if let flag = value.bool { return .flag(flag) }
        if let table = value.table { return .table(nodes(of: table)) }
        if let list = value.array { return .list(list.map(node)) }
        return .other(kind: value.type.description)
    }
}

/// Quoted, without control characters and not endless: for messages.
func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    let shown = scalars.prefix(60).map { $0.value < 32 || $0.value == 127 ? "?" : String($0) }
    return "\"\(shown.joined())\(scalars.count > 60 ? "…" : "")\""
}
