// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// An amount with a unit: a whole number followed by the unit's letters.
struct Quantity {
    static let bytes = Quantity(units: [
        ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("PiB", 1 << 50),
    ])
    static let seconds = Quantity(units: [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)])

    /// Ascending.
    let units: [(name: String, factor: Int64)]

    func read(_ node: TOMLNode) -> Int64? {
        switch node {
        case .integer(let integer): integer
        case .text(let text): read(text)
        default: nil
        }
    }

    /// The amount in the largest unit that divides it.
    func text(_ amount: Int64) -> String {
        let unit = units.last { amount != 0 && amount.isMultiple(of: $0.factor) } ?? units.first
        guard let unit else { return "\(amount)" }
        return "\(amount / unit.factor)\(unit.name)"
    }

    private func read(_ text: String) -> Int64? {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let name = String(text.utf8.dropFirst(digits.count).drop { $0 == UInt8(ascii: " ") })
        guard let name, let digits = String(digits), let amount = Int64(digits) else { return nil }
        guard let unit = units.first(where: { $0.name == name }) else { return nil }
        let (product, overflow) = amount.multipliedReportingOverflow(by: unit.factor)
        return overflow ? nil : product
    }
}
