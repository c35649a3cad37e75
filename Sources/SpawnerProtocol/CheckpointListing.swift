// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A checkpoint as the daemon named it. The spawner keeps the words and reads none of them.
package struct CheckpointListing: Equatable, Sendable {
    package static let labelWidth = 40
    package static let notesWidth = 72
    package static let most = 16

    package let number: UInt32
    /// ASCII; empty for one that has no name.
    package let label: String
    /// ASCII; what the next daemon has to know of it.
    package let notes: String

    package init(number: UInt32, label: String = "", notes: String = "") {
        self.number = number
        self.label = label
        self.notes = notes
    }

    func encode(to writer: inout LayoutWriter) {
        writer.write(number)
        writer.write(label, width: Self.labelWidth)
        writer.write(notes, width: Self.notesWidth)
    }

    init?(from reader: inout LayoutReader) {
        guard let number: UInt32 = reader.read(), let label = reader.readText(width: Self.labelWidth),
            let notes = reader.readText(width: Self.notesWidth)
        else { return nil }
        self.init(number: number, label: label, notes: notes)
    }
}
