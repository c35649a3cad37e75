// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// One of a session's variables, as far as looking at it runs none of its code.
package struct Variable: Codable, Sendable, Equatable {
    package var name: String
    package var kind: VariableKind
    /// Qualified name of its type; bare for builtins and for classes of the session's own.
    package var type: String
    @Nullable package var length: Int64?
    @Nullable package var shape: [Int64]?
    @Nullable package var dtype: String?
    @Nullable package var bytes: Int64?
    package var preview: String
    package var previewTruncated: Bool

    package init(
        name: String, kind: VariableKind, type: String, length: Int64? = nil, shape: [Int64]? = nil,
        dtype: String? = nil, bytes: Int64? = nil, preview: String, previewTruncated: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.type = type
        self.length = length
        self.shape = shape
        self.dtype = dtype
        self.bytes = bytes
        self.preview = preview
        self.previewTruncated = previewTruncated
    }

    private enum CodingKeys: String, CodingKey {
        case name, kind, type, length, shape, dtype, bytes, preview
        case previewTruncated = "preview_truncated"
    }
}

package enum VariableKind: String, Codable, Sendable, CaseIterable {
    case variable, function, `class`, module
}

/// One page of variables, by their names.
package struct VariablePage: Codable, Sendable, Equatable {
    package var variables: [Variable]
    /// In all.
    package var total: Int
    /// The time was over before the page was full.
    package var truncated: Bool
    @Nullable package var nextCursor: String?

    package init(variables: [Variable], total: Int, truncated: Bool, nextCursor: String? = nil) {
        self.variables = variables
        self.total = total
        self.truncated = truncated
        self.nextCursor = nextCursor
    }

    private enum CodingKeys: String, CodingKey {
        case variables, total, truncated
        case nextCursor = "next_cursor"
    }
}
