// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Columns padded to their widest cell.
package struct Table {
    package enum Alignment {
        case left
        case right
    }

    private var columns: [(title: String, alignment: Alignment)]
    private var rows: [[String]] = []

    package init(_ columns: (String, Alignment)...) {
        self.columns = columns.map { (title: $0.0, alignment: $0.1) }
    }

    package mutating func add(_ cells: [String]) {
        self.rows.append(cells.map(Text.printable))
    }

    package var text: String {
        let lines = [self.columns.map(\.title)] + self.rows
        let widths = self.columns.indices.map { column in
            lines.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return lines.map { self.line($0, widths: widths) }.joined()
    }

    private func line(_ cells: [String], widths: [Int]) -> String {
        var line = ""
        for ((cell, width), column) in zip(zip(cells, widths), self.columns) {
            let padding = String(repeating: " ", count: max(0, width - cell.count))
            line += column.alignment == .left ? cell + padding : padding + cell
            line += "  "
        }
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }
}
