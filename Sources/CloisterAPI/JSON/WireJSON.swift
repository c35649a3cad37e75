// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Encodes wire types. Fields come in the order in which their type encodes them, so that answers read well and are
/// the same each time; and it costs a fraction of Foundation's encoder, which builds a tree first.
///
/// For types whose `encode(to:)` opens one container and finishes each nested value before the next, as all synthesized
/// ones do. `nestedContainer` and `superEncoder` are not offered.
package enum WireJSON {
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        let sink = JSONSink()
        try sink.write(value, below: nil, key: nil)
        return sink.text.bytes
    }
}

final class JSONSink {
    var text = JSONText()

    func write<Value: Encodable>(_ value: Value, below parent: JSONNode?, key: (any CodingKey)?) throws {
        let node = JSONNode(sink: self, parent: parent, key: key)
        try value.encode(to: node)
        node.close()
    }

    func write(_ value: Double, path: @autoclosure () -> [any CodingKey]) throws {
        guard self.text.number(value) else {
            throw EncodingError.invalidValue(
                value, .init(codingPath: path(), debugDescription: "JSON has no infinities and no NaN")
            )
        }
    }
}

/// The encoder of one value: knows which container the value has opened.
final class JSONNode: Encoder {
    let sink: JSONSink
    private let parent: JSONNode?
    private let key: (any CodingKey)?
    private var opened = Opened.nothing
    private var count = 0

    private enum Opened {
        case nothing
        case object
        case array
        case scalar
    }

    init(sink: JSONSink, parent: JSONNode?, key: (any CodingKey)?) {
        self.sink = sink
        self.parent = parent
        self.key = key
    }

    var userInfo: [CodingUserInfoKey: Any] {
        [:]
    }

    /// Put together only for those who ask, as errors do.
    var codingPath: [any CodingKey] {
        (self.parent?.codingPath ?? []) + (self.key.map { [$0] } ?? [])
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if self.opened == .nothing {
            self.opened = .object
            self.sink.text.raw(UInt8(ascii: "{"))
        }
        return KeyedEncodingContainer(JSONObjectContainer<Key>(node: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if self.opened == .nothing {
            self.opened = .array
            self.sink.text.raw(UInt8(ascii: "["))
        }
        return JSONArrayContainer(node: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        self.opened = .scalar
        return JSONScalarContainer(node: self)
    }

    func separate() {
        if self.count > 0 { self.sink.text.raw(UInt8(ascii: ",")) }
        self.count += 1
    }

    func begin(_ key: some CodingKey) {
        self.separate()
        self.sink.text.string(key.stringValue)
        self.sink.text.raw(UInt8(ascii: ":"))
    }

    var elements: Int {
        self.count
    }

    func close() {
        switch self.opened {
        case .object: self.sink.text.raw(UInt8(ascii: "}"))
        case .array: self.sink.text.raw(UInt8(ascii: "]"))
        case .nothing: self.sink.text.raw("{}")
        case .scalar: break
        }
    }
}
