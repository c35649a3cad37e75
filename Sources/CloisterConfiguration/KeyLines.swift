// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The line of each key, for error messages: the TOML library does not tell.
///
/// Only for text that the library has accepted. A key inside an inline table has the line of that table.
struct KeyLines {
    private var lines: [[String]: Int] = [:]

    init(_ text: String) {
        var table: [String] = []
        var skipper = ValueSkipper()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if skipper.isInsideValue {
                skipper.skip(line)
                continue
            }
            let content = line.drop { $0 == " " || $0 == "\t" }
            if content.hasPrefix("[") {
                table = Self.words(content.drop { $0 == "[" }, until: "]").words
                note(table, index + 1)
            } else if !content.isEmpty && !content.hasPrefix("#") {
                let (words, rest) = Self.words(content, until: "=")
                note(table + words, index + 1)
                skipper.skip(rest)
            }
        }
    }

    /// The line of the key, or of the nearest table around it; nil when the file mentions neither.
    func line(of path: [String]) -> Int? {
        var path = path
        while !path.isEmpty {
            if let line = lines[path] { return line }
            path.removeLast()
        }
        return nil
    }

    private mutating func note(_ path: [String], _ line: Int) {
        for length in path.indices where lines[Array(path[...length])] == nil {
            lines[Array(path[...length])] = line
        }
    }

    /// The parts of a dotted key and what follows its end.
    private static func words(_ text: Substring, until end: Character) -> (words: [String], rest: Substring) {
        var words = [""]
        var quote: Character?
        var rest = text
        while let character = rest.popFirst() {
            switch (quote, character) {
            case (character, _): quote = nil
            case (.some, _): words[words.count - 1].append(character)
            case (nil, "\""), (nil, "'"): quote = character
            case (nil, "."): words.append("")
            case (nil, end): return (words, rest)
            case (nil, " "), (nil, "\t"): continue
            case (nil, _): words[words.count - 1].append(character)
            }
        }
        return (words, rest)
    }
}
