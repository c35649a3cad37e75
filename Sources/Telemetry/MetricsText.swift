// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Metrics in the text format of Prometheus, version 0.0.4.
package struct MetricsText: Sendable {
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    package typealias Labels = KeyValuePairs<String, String>

    package private(set) var text = ""

    package init() {}

    /// A family of samples; all of them follow in `body`.
    package mutating func family(
        _ name: String, _ kind: Kind, _ help: String, _ body: (inout Family) -> Void
    ) {
        text += "# HELP \(name) \(Self.escape(help))\n# TYPE \(name) \(kind.rawValue)\n"
        var family = Family(name: name)
        body(&family)
        text += family.text
    }

    /// A family of one sample without labels.
    package mutating func sample(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        family(name, kind, help) { $0.add(value) }
    }

    package struct Family {
        fileprivate let name: String
        fileprivate var text = ""

        package mutating func add(_ value: Double, _ labels: Labels = [:]) {
            write(name, Array(labels), value)
        }

        package mutating func add(_ histogram: Histogram, _ labels: Labels = [:]) {
            let labels = Array(labels)
            var total: UInt64 = 0
            let bounds = Histogram.bounds.map { MetricsText.number($0) } + ["+Inf"]
            for (bound, count) in zip(bounds, histogram.counts) {
                total += count
                write(name + "_bucket", labels + [(key: "le", value: bound)], Double(total))
            }
            write(name + "_sum", labels, histogram.sum)
            write(name + "_count", labels, Double(total))
        }

        private mutating func write(_ name: String, _ labels: [(key: String, value: String)], _ value: Double) {
            let inside = labels.map { "\($0.key)=\"\(MetricsText.escape($0.value))\"" }.joined(separator: ",")
            text += name + (inside.isEmpty ? "" : "{\(inside)}") + " \(MetricsText.number(value))\n"
        }
    }

    fileprivate static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        guard value.isFinite else { return value > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    fileprivate static func escape(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(character)
            }
        }
    }
}
