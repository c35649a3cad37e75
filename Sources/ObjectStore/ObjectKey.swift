// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// An object's name in a store: relative, `/`-separated, at most 1024 bytes, safe to resolve below a directory.
package struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
    package static let maximumByteCount = 1024

    package let text: String

    package init(_ text: String) throws(ObjectStoreError) {
        let components = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let wellFormed = components.allSatisfy {
            !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
        }
        guard wellFormed, text.utf8.count <= Self.maximumByteCount, !text.utf8.contains(0) else {
            throw ObjectStoreError(
                .invalidKey, "the object key is not a relative path of 1 to 1024 bytes without . and ..",
                remedy: "use a key such as output/artifacts/ab/cd/<sha256>")
        }
        self.text = text
    }

    private init(trusted text: String) {
        self.text = text
    }

    /// `output/artifacts/ab/cd/<sha256>`: the same in every store.
    package static func artifact(_ digest: ContentDigest) -> ObjectKey {
        let hex = digest.hex
        let first = hex.prefix(2)
        let second = hex.dropFirst(2).prefix(2)
        return ObjectKey(trusted: "output/artifacts/\(first)/\(second)/\(hex)")
    }

    package var components: [Substring] {
        text.split(separator: "/")
    }

    package var description: String { text }
}
