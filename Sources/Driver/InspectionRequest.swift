// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A question about the session's variables, or about code that is being written.
package struct InspectionRequest: Sendable, Equatable {
    package enum Kind: UInt8, Sendable {
        /// The variables behind a name, in the order of their names.
        case list = 0
        case one = 1
        case complete = 2
        case inspect = 3
        /// With the source.
        case inspectSource = 4
    }

    package var kind: Kind
    /// A name or code.
    package var text: String
    /// In characters (Unicode scalars).
    package var cursor: UInt32
    package var limit: UInt32
    /// After so long the driver answers with what it has.
    package var milliseconds: UInt32

    package init(_ kind: Kind, _ text: String = "", cursor: UInt32 = 0, limit: UInt32 = 1, milliseconds: UInt32) {
        self.kind = kind
        self.text = text
        self.cursor = cursor
        self.limit = limit
        self.milliseconds = milliseconds
    }

    var numbers: [(FieldTag, UInt32)] { [(.cursor, cursor), (.limit, limit), (.milliseconds, milliseconds)] }
}
