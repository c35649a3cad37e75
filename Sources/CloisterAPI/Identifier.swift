// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What an identifier names; gives it its prefix.
package protocol IdentifierKind: Sendable {
    static var prefix: String { get }
}

/// `<prefix>_<node>_<26 characters of base32>`: unguessable, at most 64 characters, carries the node it lives on.
package struct Identifier<Kind: IdentifierKind>: Hashable, Sendable, LosslessStringConvertible {
    /// The whole text.
    package let description: String
    /// 1–16 characters of `[a-z0-9]`.
    package let node: String
    /// The 128 random bits.
    package let value: UInt128

    /// `nil` when `node` is not a valid node name.
    package init?(node: String, value: UInt128) {
        guard NodeName.isValid(node) else { return nil }
        self.node = node
        self.value = value
        self.description = "\(Kind.prefix)_\(node)_\(Base32.encode(value))"
    }

    /// A fresh identifier; `nil` when `node` is not a valid node name.
    package init?(node: String, using generator: inout some RandomNumberGenerator) {
        let high = UInt128(generator.next()) << 64
        self.init(node: node, value: high | UInt128(generator.next()))
    }

    /// Accepts exactly what `description` writes.
    package init?(_ text: String) {
        let parts = text.split(separator: "_", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == Kind.prefix, let value = Base32.decode(parts[2]) else { return nil }
        let node = String(parts[1])
        guard NodeName.isValid(node) else { return nil }
        self.node = node
        self.value = value
        self.description = text
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.value == right.value && left.node == right.node
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.value)
    }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let identifier = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "expected an identifier like \(Kind.prefix)_…")
            )
        }
        self = identifier
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}

package enum SessionKind: IdentifierKind {
    package static let prefix = "ses"
}

package enum ExecutionKind: IdentifierKind {
    package static let prefix = "exe"
}

package enum CommandKind: IdentifierKind {
    package static let prefix = "cmd"
}

package typealias SessionID = Identifier<SessionKind>
package typealias ExecutionID = Identifier<ExecutionKind>
package typealias CommandID = Identifier<CommandKind>

/// The part of an identifier that names the host.
package enum NodeName {
    package static func isValid(_ text: String) -> Bool {
        (1...16).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
    }
}
