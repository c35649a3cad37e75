// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Platform

/// A file's media type, from its name and its first bytes.
package struct MimeDetector: Sendable {
    package static let systemTable = "/usr/share/mime/globs2"
    static let startBytes = 512
    static let unknown = "application/octet-stream"

    private let table: MimeTable

    package init(table: MimeTable) {
        self.table = table
    }

    /// With the system's table, or only the built-in one when the system has none.
    package init(systemTable path: String = MimeDetector.systemTable) {
        let text = try? Descriptor.open(path, O_RDONLY).readText(limit: 4 << 20)
        table = MimeTable(globs: text ?? "")
    }

    /// - Parameters:
    ///   - name: the last component of the path.
    ///   - start: up to 512 bytes.
    package func type(name: [UInt8], start: [UInt8]) -> String {
        let named = table.type(name: name)
        guard let signature = MimeSignature(start: start) else {
            return unsigned(named, start)
        }
        if signature.isContainer, let named, !Self.isProvable(named) || named == signature.type { return named }
        return signature.type
    }

    private func unsigned(_ named: String?, _ start: [UInt8]) -> String {
        guard let named else { return Self.looksLikeText(start) ? "text/plain" : Self.unknown }
        // A name promises what the bytes do not keep.
        return Self.isProvable(named) && !start.isEmpty ? Self.unknown : named
    }

    /// Types whose files always carry their signature.
    private static func isProvable(_ type: String) -> Bool {
        ["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "application/vnd.apache.parquet"]
            .contains(type)
    }

    /// UTF-8, perhaps cut off in its last character, without control characters.
    private static func looksLikeText(_ start: [UInt8]) -> Bool {
        guard !start.isEmpty else { return false }
        let isPrintable = start.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (9...13).contains($0) || $0 == 0x1B }
        guard isPrintable else { return false }
        return (0..<4).contains { String(validating: start.dropLast($0), as: UTF8.self) != nil }
    }
}
