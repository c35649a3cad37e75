// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import FoundationEssentials
import NIOCore

/// Writes events as lines. Output is most of the bytes, so its lines are written by hand straight from the bytes.
enum EventLines {
    static func encode(_ events: [some StreamedEvent]) throws -> ByteBuffer {
        var text = JSONText(capacity: events.reduce(0) { $0 + Self.estimate($1) })
        for event in events {
            try Self.write(event, to: &text)
            text.raw(UInt8(ascii: "\n"))
        }
        return ByteBuffer(bytes: text.bytes)
    }

    private static func estimate(_ event: some StreamedEvent) -> Int {
        if let chunk = event.chunk { chunk.bytes.count + chunk.bytes.count / 8 + 96 } else { 1024 }
    }

    private static func write(_ event: some StreamedEvent, to text: inout JSONText) throws {
        guard let chunk = event.chunk else {
            text.raw(contentsOf: try WireJSON.encode(event))
            return
        }
        text.raw("{\"seq\":")
        text.integer(event.sequence)
        text.raw(",\"type\":")
        text.string(chunk.stream.rawValue)
        text.raw(",\"offset\":")
        text.integer(chunk.offset)
        if (try? UTF8Span(validating: chunk.bytes.span)) != nil {
            text.raw(",\"text\":\"")
            chunk.bytes.withUnsafeBytes { text.escaped($0) }
        } else {
            text.raw(",\"base64\":\"")
            text.raw(contentsOf: Data(chunk.bytes).base64EncodedData())
        }
        text.raw("\"}")
    }
}
