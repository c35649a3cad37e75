// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// How the value of a key is read, and what an error message says is expected.
struct Reading<Value> {
    let expectation: String
    let convert: (TOMLNode) -> Value?
}

extension Reading where Value == Bool {
    static var flag: Self {
        Reading(expectation: "true or false") { node in
            if case .flag(let flag) = node { flag } else { nil }
        }
    }
}

extension Reading where Value == Double {
    static func number(_ range: ClosedRange<Double>) -> Self {
        Reading(expectation: "a number from \(range.lowerBound) to \(range.upperBound)") { node in
            let number: Double? =
                switch node {
                case .number(let number): number
                case .integer(let integer): Double(integer)
                default: nil
                }
            return number.flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Reading where Value == Int64 {
    static func count(_ range: ClosedRange<Int64>) -> Self {
        Reading(expectation: "an integer from \(range.lowerBound) to \(range.upperBound)") { node in
            guard case .integer(let integer) = node, range.contains(integer) else { return nil }
            return integer
        }
    }

    /// An integer, or text such as "512MiB".
    static func bytes(_ range: ClosedRange<Int64>) -> Self {
        let from = Quantity.bytes.text(range.lowerBound)
        let to = Quantity.bytes.text(range.upperBound)
        return Reading(expectation: "a size from \(from) to \(to), as bytes or as text such as \"512MiB\"") { node in
            Quantity.bytes.read(node).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// An integer, or text such as "120s".
    static func seconds(_ range: ClosedRange<Int64>) -> Self {
        let bounds = "\(range.lowerBound) to \(range.upperBound)"
        return Reading(expectation: "a time of \(bounds) seconds, as an integer or as text such as \"90s\" or \"2h\"") {
            node in
            Quantity.seconds.read(node).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Reading where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    static func choice() -> Self {
        let choices = Value.allCases.map { quoted($0.rawValue) }.joined(separator: ", ")
        return Reading(expectation: "one of \(choices)") { node in
            if case .text(let text) = node { Value(rawValue: text) } else { nil }
        }
    }
}
