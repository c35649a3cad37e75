// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// One page of a list.
package struct Page<Element: Sendable>: Sendable {
    package var elements: [Element]
    /// Where the next page begins; nil on the last one.
    package var next: Cursor?
}

/// A place in a list: everything after it comes next. Opaque to callers, who carry it as text.
package struct Cursor: Sendable, Equatable {
    /// Lists are not comparable with each other, so each knows its own cursors by this letter.
    enum List: String {
        case sessions = "s"
        case executions = "e"
        case artifacts = "a"
        case commands = "c"
    }

    let list: List
    let order: Int64
    let id: String

    init(list: List, order: Int64, id: String = "") {
        self.list = list
        self.order = order
        self.id = id
    }

    /// The text form: characters that need no escaping in a query.
    package var text: String {
        "\(list.rawValue).\(order).\(id)"
    }

    /// Reads the text form.
    package init(text: String) throws(StateStoreError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 128, parts.count == 3,
            let list = List(rawValue: String(parts[0])),
            let order = Int64(parts[1]),
            parts[2].utf8.allSatisfy(Self.isIDByte)
        else { throw .invalidCursor }
        self.init(list: list, order: order, id: String(parts[2]))
    }

    func require(_ list: List) throws(StateStoreError) {
        guard self.list == list else { throw .invalidCursor }
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

extension StateStoreError {
    static let invalidCursor = StateStoreError(
        .invalidCursor,
        "the cursor is not one of this list",
        remedy: "use next_cursor of the page before as it is, or start without a cursor"
    )
}
