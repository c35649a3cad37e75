// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// One variable with what it is made of.
package struct VariableDetail: Codable, Sendable, Equatable {
    /// Of a table.
    package struct Column: Codable, Sendable, Equatable {
        package var name: String
        package var dtype: String

        package init(name: String, dtype: String) {
            self.name = name
            self.dtype = dtype
        }
    }

    /// Of a list, a set or a dict.
    package struct Item: Codable, Sendable, Equatable {
        /// Of a dict.
        @Nullable package var key: String?
        package var type: String
        package var preview: String

        package init(key: String?, type: String, preview: String) {
            self.key = key
            self.type = type
            self.preview = preview
        }
    }

    package var name: String
    package var kind: VariableKind
    package var type: String
    @Nullable package var length: Int64?
    @Nullable package var shape: [Int64]?
    @Nullable package var dtype: String?
    @Nullable package var bytes: Int64?
    package var preview: String
    package var previewTruncated: Bool
    package var columns: [Column] = []
    /// The first ones.
    package var items: [Item] = []
    /// The first rows of a table, as text.
    @Nullable package var head: String?
    @Nullable package var signature: String?
    @Nullable package var documentation: String?
    @Nullable package var source: String?
    @Nullable package var version: String?
    @Nullable package var file: String?
    /// Something is missing: the time was over, or the object's own code failed.
    package var truncated = false

    package init(_ variable: Variable) {
        name = variable.name
        kind = variable.kind
        type = variable.type
        length = variable.length
        shape = variable.shape
        dtype = variable.dtype
        bytes = variable.bytes
        preview = variable.preview
        previewTruncated = variable.previewTruncated
    }

    private enum CodingKeys: String, CodingKey {
        case name, kind, type, length, shape, dtype, bytes, preview
        case previewTruncated = "preview_truncated"
        case columns, items, head, signature, documentation, source, version, file, truncated
    }
}
