// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Makes what a driver writes to its display socket.
enum DisplayBytes {
    static func frame(kind: UInt8 = 0, _ entries: [(type: String, data: [UInt8])], id: String? = nil) -> [UInt8] {
        var body = field(64, [kind])
        if let id { body += field(66, Array(id.utf8)) }
        for entry in entries {
            let name = Array(entry.type.utf8)
            body += field(48, [UInt8(name.count), 0] + name + entry.data)
        }
        return [0xf7] + Array("display".utf8) + little(UInt32(body.count)) + body
    }

    static func text(_ text: String) -> [UInt8] { frame([("text/plain", Array(text.utf8))]) }

    private static func field(_ tag: UInt16, _ data: [UInt8]) -> [UInt8] {
        [UInt8(truncatingIfNeeded: tag), UInt8(tag >> 8), 0, 0] + little(UInt32(data.count)) + data
    }

    private static func little(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
