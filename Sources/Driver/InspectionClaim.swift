// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What the driver says of its variables. All of it is a claim of untrusted code.
package struct InspectionClaim: Sendable, Equatable {
    package struct Variable: Sendable, Equatable {
        package enum Kind: UInt8, Sendable {
            case variable = 0
            case function = 1
            case `class` = 2
            case module = 3
        }

        package var name: String
        package var kind: Kind
        package var type: String
        package var length: UInt64?
        package var shape: [UInt64]?
        package var dtype: String?
        package var bytes: UInt64?
        package var preview: String
        package var isPreviewCut: Bool
        package var details = Details()
    }

    /// What only the answer about one variable has.
    package struct Details: Sendable, Equatable {
        package var columns: [Pair] = []
        package var items: [Variable] = []
        package var head: String?
        package var signature: String?
        package var documentation: String?
        package var source: String?
        package var version: String?
        package var file: String?
    }

    /// A column and its dtype, or a match and what it is.
    package struct Pair: Sendable, Equatable {
        package var text: String
        package var type: String

        package init(text: String, type: String) {
            self.text = text
            self.type = type
        }
    }

    package var isFound: Bool
    /// Something is missing.
    package var isCut: Bool
    package var total: UInt32?
    package var hasMore: Bool
    package var variables: [Variable] = []
    package var matches: [Pair] = []
    /// What a match takes the place of, in characters.
    package var start: UInt32?
    package var end: UInt32?
    package var mimeEntries: [ExecutionClaim.MIMEEntry] = []
}
