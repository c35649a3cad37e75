// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Fields one after another; integers little-endian, texts and bytes behind their length.
struct LogWriter {
    private(set) var content: [UInt8] = []

    init() { content.reserveCapacity(1_024) }

    mutating func byte(_ value: UInt8) { content.append(value) }

    mutating func integer(_ value: Int64) {
        withUnsafeBytes(of: value.littleEndian) { content.append(contentsOf: $0) }
    }

    mutating func bytes(_ value: some Collection<UInt8>) {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: value.count).littleEndian) { content.append(contentsOf: $0) }
        content.append(contentsOf: value)
    }

    mutating func text(_ value: String) { bytes(value.utf8) }
}

struct LogReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() -> UInt8? { rest.popFirst() }

    mutating func integer() -> Int64? {
        take(8).map { Int64(littleEndian: Self.load($0)) }
    }

    mutating func bytes() -> ArraySlice<UInt8>? {
        guard let count = take(4) else { return nil }
        return take(Int(UInt32(littleEndian: Self.load(count))))
    }

    mutating func text() -> String? {
        bytes().flatMap { String(validating: $0, as: UTF8.self) }
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private static func load<Number: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> Number {
        bytes.withUnsafeBytes { $0.loadUnaligned(as: Number.self) }
    }
}
