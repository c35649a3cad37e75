// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The fields of a message's body, each tag at most once save for the repeatable ones.
struct FieldTable {
    private var single: [FieldTag: ArraySlice<UInt8>] = [:]
    private var repeated: [FieldTag: [ArraySlice<UInt8>]] = [:]

    var mimeEntries: [ArraySlice<UInt8>] { all(.mimeEntry) }
    var frames: [ArraySlice<UInt8>] { all(.frame) }

    /// Every field with a repeatable tag.
    func all(_ tag: FieldTag) -> [ArraySlice<UInt8>] { repeated[tag] ?? [] }

    init(_ body: [UInt8], allowed: [FieldTag]) throws(DriverProtocolError) {
        try self.init(body[...], allowed: allowed)
    }

    init(_ body: ArraySlice<UInt8>, allowed: [FieldTag]) throws(DriverProtocolError) {
        var reader = ByteReader(body)
        var count = 0
        while reader.remaining > 0 {
            count += 1
            guard count <= DriverLimits.fieldsPerMessage else { throw .tooManyFields }
            let (number, bytes) = try Self.nextField(&reader)
            guard let tag = FieldTag(rawValue: number), allowed.contains(tag) else { throw .unknownField(tag: number) }
            try insert(tag, bytes)
        }
    }

    private static func nextField(
        _ reader: inout ByteReader
    ) throws(DriverProtocolError) -> (tag: UInt16, bytes: ArraySlice<UInt8>) {
        guard let tag: UInt16 = reader.integer(), let reserved: UInt16 = reader.integer(),
            let length: UInt32 = reader.integer(), let bytes = Int(exactly: length).flatMap({ reader.take($0) })
        else { throw .truncatedField }
        guard reserved == 0 else { throw .reservedBits(tag: tag) }
        return (tag, bytes)
    }

    private mutating func insert(_ tag: FieldTag, _ bytes: ArraySlice<UInt8>) throws(DriverProtocolError) {
        if FieldTag.repeatable.contains(tag) {
            repeated[tag, default: []].append(bytes)
        } else if single.updateValue(bytes, forKey: tag) != nil {
            throw .repeatedField(tag: tag.rawValue)
        }
    }

    func text(
        _ tag: FieldTag, limit: Int = DriverLimits.messageBytes
    ) throws(DriverProtocolError) -> String? {
        guard let bytes = single[tag] else { return nil }
        guard bytes.count <= limit, let text = String(validating: bytes, as: UTF8.self) else {
            throw .badField(tag: tag.rawValue)
        }
        return text
    }

    func integer<Value: FixedWidthInteger & UnsignedInteger>(_ tag: FieldTag) throws(DriverProtocolError) -> Value? {
        guard let bytes = single[tag] else { return nil }
        var reader = ByteReader(bytes)
        guard let value: Value = reader.integer(), reader.remaining == 0 else { throw .badField(tag: tag.rawValue) }
        return value
    }

    /// Whether a flag is set; absent means no.
    func flag(_ tag: FieldTag) throws(DriverProtocolError) -> Bool {
        let value: UInt8 = try integer(tag) ?? 0
        guard value <= 1 else { throw .badField(tag: tag.rawValue) }
        return value == 1
    }

    /// A run of integers, at most as many as `limit`.
    func integers(_ tag: FieldTag, limit: Int) throws(DriverProtocolError) -> [UInt64]? {
        guard let bytes = single[tag] else { return nil }
        guard bytes.count % 8 == 0, bytes.count / 8 <= limit else { throw .badField(tag: tag.rawValue) }
        var reader = ByteReader(bytes)
        var values: [UInt64] = []
        while let value: UInt64 = reader.integer() { values.append(value) }
        return values
    }

    func requiredText(_ tag: FieldTag, limit: Int) throws(DriverProtocolError) -> String {
        guard let text = try text(tag, limit: limit) else { throw .missingField(tag: tag.rawValue) }
        return text
    }

    func requiredInteger<Value: FixedWidthInteger & UnsignedInteger>(
        _ tag: FieldTag
    ) throws(DriverProtocolError) -> Value {
        guard let value: Value = try integer(tag) else { throw .missingField(tag: tag.rawValue) }
        return value
    }
}
