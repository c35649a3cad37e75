// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Finds where a value ends that runs over several lines: an array or a multi-line string.
struct ValueSkipper {
    private enum Place {
        case plain
        case string(quote: Character)
        case longString(quote: Character)
    }

    private var place = Place.plain
    private var depth = 0

    var isInsideValue: Bool {
        if case .longString = place { return true }
        return depth > 0
    }

    /// Goes over a value's part on one line.
    mutating func skip(_ line: Substring) {
        var rest = line
        while let character = rest.first {
            switch place {
            case .plain:
                if character == "#" { return }
                open(character, &rest)
            case .string(let quote):
                rest.removeFirst()
                if character == "\\" && quote == "\"" { rest = rest.dropFirst() }
                if character == quote { place = .plain }
            case .longString(let quote):
                close(quote, character, &rest)
            }
        }
        // A string without its end does not go on in the next line.
        if case .string = place { place = .plain }
    }

    private mutating func open(_ character: Character, _ rest: inout Substring) {
        switch character {
        case "[", "{": depth += 1
        case "]", "}": depth -= 1
        case "\"", "'":
            let isLong = rest.hasPrefix(String(repeating: character, count: 3))
            place = isLong ? .longString(quote: character) : .string(quote: character)
            if isLong { rest = rest.dropFirst(2) }
        default: break
        }
        rest = rest.dropFirst()
    }

    private mutating func close(_ quote: Character, _ character: Character, _ rest: inout Substring) {
        if rest.hasPrefix(String(repeating: quote, count: 3)) {
            rest = rest.dropFirst(3)
            // Up to two quotes may stand before the closing three.
            rest = rest.drop { $0 == quote }
            place = .plain
        } else {
            rest = rest.dropFirst(character == "\\" && quote == "\"" ? 2 : 1)
        }
    }
}
