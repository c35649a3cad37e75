// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A path below `/workspace`, as bytes: names on Linux need not be UTF-8.
/// Never absolute, without empty components, `.`, `..` and NUL.
package struct WorkspacePath: Hashable, Sendable {
    /// Empty for `/workspace` itself.
    package let components: [[UInt8]]

    package static let root = WorkspacePath(unchecked: [])
    package static let maximumLength = 4095
    package static let maximumNameLength = 255

    /// `nil` when the bytes break one of the rules. No bytes at all name the workspace itself.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count <= Self.maximumLength, !bytes.contains(0) else { return nil }
        guard !bytes.isEmpty else {
            self = .root
            return
        }
        let slices = Array(bytes).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let parts = slices.map { Array($0) }
        guard parts.allSatisfy(Self.isName) else { return nil }
        self.components = parts
    }

    private init(unchecked components: [[UInt8]]) {
        self.components = components
    }

    private static func isName(_ name: [UInt8]) -> Bool {
        let dot = UInt8(ascii: ".")
        return !name.isEmpty && name.count <= Self.maximumNameLength && name != [dot] && name != [dot, dot]
    }

    package var bytes: [UInt8] {
        Array(self.components.joined(separator: [UInt8(ascii: "/")]))
    }

    /// What the wire calls `path`: the text where the bytes are UTF-8, else the bytes percent-encoded.
    package static func wireText(_ bytes: some Collection<UInt8>) -> String {
        String(validating: bytes, as: UTF8.self) ?? PercentEncoding.encode(bytes)
    }
}
