// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

struct JSONObjectContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: JSONNode

    var codingPath: [any CodingKey] {
        self.node.codingPath
    }

    func encodeNil(forKey key: Key) throws {
        self.node.begin(key)
        self.node.sink.text.raw("null")
    }

    func encode(_ value: Bool, forKey key: Key) throws {
        self.node.begin(key)
        self.node.sink.text.raw(value ? "true" : "false")
    }

    func encode(_ value: String, forKey key: Key) throws {
        self.node.begin(key)
        self.node.sink.text.string(value)
    }

    func encode(_ value: Double, forKey key: Key) throws {
        self.node.begin(key)
        try self.node.sink.write(value, path: self.codingPath + [key])
    }

    func encode(_ value: Int, forKey key: Key) throws {
        self.node.begin(key)
        self.node.sink.text.integer(value)
    }

    func encode(_ value: Int64, forKey key: Key) throws {
        self.node.begin(key)
        self.node.sink.text.integer(value)
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        self.node.begin(key)
        try self.node.sink.write(value, below: self.node, key: key)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<
        Nested
    > {
        preconditionFailure("wire types encode nested values whole")
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        preconditionFailure("wire types encode nested values whole")
    }

    func superEncoder() -> any Encoder {
        preconditionFailure("wire types have no superclass")
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        preconditionFailure("wire types have no superclass")
    }
}

struct JSONArrayContainer: UnkeyedEncodingContainer {
    let node: JSONNode

    var codingPath: [any CodingKey] {
        self.node.codingPath
    }

    var count: Int {
        self.node.elements
    }

    func encodeNil() throws {
        self.node.separate()
        self.node.sink.text.raw("null")
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        self.node.separate()
        try self.node.sink.write(value, below: self.node, key: nil)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        preconditionFailure("wire types encode nested values whole")
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        preconditionFailure("wire types encode nested values whole")
    }

    func superEncoder() -> any Encoder {
        preconditionFailure("wire types have no superclass")
    }
}

struct JSONScalarContainer: SingleValueEncodingContainer {
    let node: JSONNode

    var codingPath: [any CodingKey] {
        self.node.codingPath
    }

    func encodeNil() throws {
        self.node.sink.text.raw("null")
    }

    func encode(_ value: Bool) throws {
        self.node.sink.text.raw(value ? "true" : "false")
    }

    func encode(_ value: String) throws {
        self.node.sink.text.string(value)
    }

    func encode(_ value: Double) throws {
        try self.node.sink.write(value, path: self.codingPath)
    }

    func encode(_ value: Float) throws {
        try self.node.sink.write(Double(value), path: self.codingPath)
    }

    func encode(_ value: Int) throws {
        self.node.sink.text.integer(value)
    }

    func encode(_ value: Int8) throws {
        self.node.sink.text.integer(value)
    }

    func encode(_ value: Int16) throws {
        self.node.sink.text.integer(value)
    }

    func encode(_ value: Int32) throws {
        self.node.sink.text.integer(value)
    }

    func encode(_ value: Int64) throws {
        self.node.sink.text.integer(value)
    }

    func encode(_ value: UInt) throws {
        self.node.sink.text.integer(value)
    }

    func encode(_ value: UInt8) throws {
        self.node.sink.text.integer(value)
    }

    func encode(_ value: UInt16) throws {
        self.node.sink.text.integer(value)
    }

    func encode(_ value: UInt32) throws {
        self.node.sink.text.integer(value)
    }

    func encode(_ value: UInt64) throws {
        self.node.sink.text.integer(value)
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        try self.node.sink.write(value, below: self.node, key: nil)
    }
}
