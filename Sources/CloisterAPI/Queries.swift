// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Which page of a list.
package struct PageQuery: Sendable, Hashable {
    /// `next_cursor` of the page before; opaque to callers, so an implementation must check what it reads from it.
    package var cursor: String?
    /// 1...500 entries.
    package var limit: Int

    package static let defaultLimit = 100
    package static let maximumLimit = 500

    package init(cursor: String? = nil, limit: Int = PageQuery.defaultLimit) {
        self.cursor = cursor
        self.limit = limit
    }
}

/// Which sessions to list.
package struct SessionQuery: Sendable, Hashable {
    package var page: PageQuery
    /// Only the session of this name.
    package var name: String?

    package init(page: PageQuery = PageQuery(), name: String? = nil) {
        self.page = page
        self.name = name
    }
}
