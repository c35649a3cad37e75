// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

extension Page {
    /// The most rows of one page, whatever was asked for.
    static var largest: Int { 1000 }

    /// Fetches one row more than asked for: whether it is there tells whether another page follows.
    static func fetch(
        limit: Int,
        cursor: (Element) -> Cursor,
        rows: (_ count: Int) throws -> [Element]
    ) rethrows -> Page<Element> {
        let limit = min(max(limit, 1), largest)
        var elements = try rows(limit + 1)
        guard elements.count > limit else { return Page(elements: elements, next: nil) }
        elements.removeLast(elements.count - limit)
        return Page(elements: elements, next: elements.last.map(cursor))
    }
}
