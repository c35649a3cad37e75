// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A `Content-Disposition` that makes any browser save the bytes and never show them.
package enum ContentDisposition {
    /// RFC 6266: a plain name for old clients and the exact one in UTF-8. Control characters and separators are replaced.
    package static func attachment(fileName: String) -> String {
        let cleaned = String(
            String.UnicodeScalarView(fileName.unicodeScalars.map { isUnsafe($0) ? "_" : $0 }.prefix(200)))
        let name = cleaned.isEmpty ? "download" : cleaned
        let plain = String(String.UnicodeScalarView(name.unicodeScalars.map { $0.isASCII ? $0 : "_" }))
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(PercentEncoding.encode(name))"
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "/", "\\", "\"", "%", ";", "<", ">", ":", "|", "?", "*": true
        default:
            switch scalar.properties.generalCategory {
            // Format characters turn the reading direction around and hide a name's true suffix.
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: true
            default: false
            }
        }
    }
}
