// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import FoundationEssentials
import NIOCore

/// Writes events as lines. Output is most of the bytes, so its lines are written by hand straight from the bytes.
enum EventLines {
    static func encode(_ events: [ExecutionEvent]) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(events.reduce(0) { $0 + Self.estimate($1) })
        for event in events {
            try Self.write(event, to: &buffer)
            buffer.writeInteger(UInt8(ascii: "\n"))
        }
        return buffer
    }

    private static func estimate(_ event: ExecutionEvent) -> Int {
        if case .output(let chunk) = event.content { chunk.bytes.count + chunk.bytes.count / 8 + 96 } else { 1024 }
    }

    private static func write(_ event: ExecutionEvent, to buffer: inout ByteBuffer) throws {
        guard case .output(let chunk) = event.content else {
            var line = try JSON.encode(event)
            buffer.writeBuffer(&line)
            return
        }
        buffer.writeString(
            "{\"seq\":\(event.sequence),\"type\":\"\(chunk.stream.rawValue)\",\"offset\":\(chunk.offset),")
        if (try? UTF8Span(validating: chunk.bytes.span)) != nil {
            buffer.writeString("\"text\":\"")
            Self.writeEscaped(chunk.bytes, to: &buffer)
        } else {
            buffer.writeString("\"base64\":\"")
            buffer.writeString(Data(chunk.bytes).base64EncodedString())
        }
        buffer.writeString("\"}")
    }

    /// Copies runs that need no escape in one go.
    private static func writeEscaped(_ bytes: [UInt8], to buffer: inout ByteBuffer) {
        bytes.withUnsafeBytes { bytes in
            var start = 0
            for (index, byte) in bytes.enumerated() where Self.needsEscape(byte) {
                buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
                Self.writeEscape(of: byte, to: &buffer)
                start = index + 1
            }
            buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func writeEscape(of byte: UInt8, to buffer: inout ByteBuffer) {
        switch byte {
        case UInt8(ascii: "\n"): buffer.writeStaticString("\\n")
        case UInt8(ascii: "\r"): buffer.writeStaticString("\\r")
        case UInt8(ascii: "\t"): buffer.writeStaticString("\\t")
        case UInt8(ascii: "\""): buffer.writeStaticString("\\\"")
        case UInt8(ascii: "\\"): buffer.writeStaticString("\\\\")
        default:
            let digits = Array("0123456789abcdef".utf8)
            buffer.writeStaticString("\\u00")
            buffer.writeBytes([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
        }
    }
}
