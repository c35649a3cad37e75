// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Writes integers in little-endian order and names in fields of fixed width.
package struct LayoutWriter {
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int) { bytes.reserveCapacity(capacity) }

    package mutating func write<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func write(_ key: SessionKey) { bytes.append(contentsOf: key.bytes) }

    /// The text cut to `width` bytes and filled up with zeros.
    package mutating func write(_ text: String, width: Int) {
        let cut = text.utf8.prefix(width)
        bytes.append(contentsOf: cut)
        fill(width - cut.count)
    }

    package mutating func fill(_ count: Int) { bytes.append(contentsOf: repeatElement(0, count: max(0, count))) }
}

/// Reads what `LayoutWriter` wrote. A read past the end gives `nil`, and so does every later one.
package struct LayoutReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    package var isAtEnd: Bool { position == bytes.endIndex }

    package mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, bytes.endIndex - position >= count else {
            position = bytes.endIndex
            return nil
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    package mutating func read<Value: FixedWidthInteger>(_: Value.Type = Value.self) -> Value? {
        guard let slice = take(MemoryLayout<Value>.size) else { return nil }
        return slice.reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    package mutating func readKey() -> SessionKey? { take(16).flatMap { SessionKey(bytes: $0) } }

    /// A field of `width` bytes whose text must be ASCII and whose rest must be zeros.
    package mutating func readText(width: Int) -> String? {
        guard let field = take(width) else { return nil }
        let text = field.prefix { $0 != 0 }
        guard field.dropFirst(text.count).allSatisfy({ $0 == 0 }), text.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) else {
            return nil
        }
        return String(decoding: text, as: UTF8.self)
    }
}
