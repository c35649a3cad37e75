// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Something that the driver shows: a MIME bundle, or the wish to clear what is shown.
package struct DisplayClaim: Sendable, Equatable {
    package enum Kind: UInt8, Sendable {
        case show = 0
        /// In place of what has the same id.
        case update = 1
        case clear = 2
    }

    package var kind: Kind
    package var mimeEntries: [ExecutionClaim.MIMEEntry] = []
    /// The text of a JSON object.
    package var metadata: String?
    package var id: String?
    /// Clearing waits for the next output.
    package var waits = false

    /// Reads a whole frame.
    package init(frame: [UInt8]) throws(DriverProtocolError) {
        guard frame.count >= DisplayFrame.headerBytes else { throw .packetTooShort(bytes: frame.count) }
        let table = try FieldTable(
            Array(frame[DisplayFrame.headerBytes...]),
            allowed: [.displayKind, .displayMetadata, .displayID, .displayWaits, .mimeEntry])
        let number: UInt8 = try table.requiredInteger(.displayKind)
        guard let kind = Kind(rawValue: number) else { throw .badField(tag: FieldTag.displayKind.rawValue) }
        self.kind = kind
        metadata = try table.text(.displayMetadata)
        id = try table.text(.displayID, limit: DriverLimits.nameBytes)
        let waits: UInt8? = try table.integer(.displayWaits)
        self.waits = waits == 1
        for bytes in table.mimeEntries { mimeEntries.append(try ExecutionClaim.MIMEEntry(bytes)) }
    }
}
