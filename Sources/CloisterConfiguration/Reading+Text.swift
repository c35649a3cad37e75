// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

extension Reading where Value == String {
    static var node: Self { text("1 to 16 letters a-z and digits") { $0.count <= 16 && $0.allSatisfy(isLowerOrDigit) } }

    static var instance: Self {
        text("1 to 32 letters a-z, digits and hyphens, beginning with a letter or digit") { bytes in
            bytes.count <= 32 && isLowerOrDigit(bytes[0])
                && bytes.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    static var image: Self {
        text("an image's name: 1 to 64 letters a-z, digits, hyphens, dots and underscores") { bytes in
            bytes.count <= 64 && isLowerOrDigit(bytes[0])
                && bytes.allSatisfy { isLowerOrDigit($0) || "-._".utf8.contains($0) }
        }
    }

    static var group: Self {
        text("the name of a group") { bytes in
            bytes.count <= 32 && bytes.allSatisfy { isGraphic($0) && $0 != UInt8(ascii: ":") }
        }
    }

    static var path: Self { text("an absolute path without \".\", \"..\" and \"//\"", isAbsolutePath) }

    /// Unix sockets have room for 107 bytes.
    static var socketPath: Self {
        text("an absolute path of at most 107 bytes without \".\", \"..\" and \"//\"") { bytes in
            bytes.count <= 107 && isAbsolutePath(bytes)
        }
    }

    static var endpoint: Self {
        text("\"https://host[:port]\" or \"http://host[:port]\", without a path") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let host = ["https://", "http://"].first { text.hasPrefix($0) }.map { text.dropFirst($0.count) }
            guard let host, !host.isEmpty, host.utf8.count <= 255 else { return false }
            return host.utf8.allSatisfy { isLowerOrDigit($0) || isUpper($0) || "-.:[]".utf8.contains($0) }
        }
    }

    static var region: Self {
        text("a region's name, such as \"eu-central-1\"") { bytes in
            bytes.count <= 64 && bytes.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    static var bucket: Self {
        text("a bucket's name: 3 to 63 letters a-z, digits, dots and hyphens") { bytes in
            (3...63).contains(bytes.count) && bytes.allSatisfy { isLowerOrDigit($0) || "-.".utf8.contains($0) }
        }
    }

    /// Text of at least one byte for which the check holds.
    private static func text(_ expectation: String, _ holds: @escaping ([UInt8]) -> Bool) -> Self {
        Reading(expectation: expectation) { node in
            guard case .text(let text) = node, !text.isEmpty, holds(Array(text.utf8)) else { return nil }
            return text
        }
    }
}

private func isLowerOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

private func isUpper(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
}

private func isGraphic(_ byte: UInt8) -> Bool {
    (33...126).contains(byte)
}

private func isAbsolutePath(_ bytes: [UInt8]) -> Bool {
    guard bytes.count <= 4_095, bytes.first == UInt8(ascii: "/"), bytes.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
        return false
    }
    let parts = bytes.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return parts.allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
}

extension Reading where Value == [String] {
    static var images: Self {
        Reading(expectation: "a list of 1 to 16 images, such as [\"python-minimal\"]") { node in
            guard case .list(let nodes) = node, (1...16).contains(nodes.count) else { return nil }
            let names = nodes.compactMap(Reading<String>.image.convert)
            return names.count == nodes.count && Set(names).count == names.count ? names : nil
        }
    }
}
