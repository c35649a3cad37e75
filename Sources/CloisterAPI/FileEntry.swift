// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A file of a workspace.
package struct FileEntry: Codable, Sendable, Equatable {
    /// For display; not always reversible when the name is not UTF-8.
    package var name: String
    /// Relative to `/workspace`; percent-encoded when it is not UTF-8.
    package var path: String
    package var type: FileType
    package var size: Int64
    package var modifiedAt: Timestamp

    package init(name: String, path: String, type: FileType, size: Int64, modifiedAt: Timestamp) {
        self.name = name
        self.path = path
        self.type = type
        self.size = size
        self.modifiedAt = modifiedAt
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case path
        case type
        case size
        case modifiedAt = "modified_at"
    }
}

/// What a directory entry is.
package enum FileType: String, Codable, Sendable, CaseIterable {
    case file
    case directory
    case symlink
    case other
}
