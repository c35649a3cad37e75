// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Platform

/// The daemon's end of stdout or stderr: a non-blocking AF_UNIX stream with a peek offset.
struct OutputSocket {
    enum Received: Equatable {
        case bytes(Int)
        case nothing
        case end
    }

    let descriptor: Descriptor

    /// Bytes that have been peeked and not taken; -1 when the socket never had a peek offset.
    var peeked: Int { Int(cloister_peek_offset(descriptor.number)) }

    var waiting: Int { max(0, Int(cloister_readable_bytes(descriptor.number))) }

    /// Where the next peek begins, counted from the first byte that is still there.
    func setPeekOffset(_ offset: Int) throws(SystemError) {
        try check("SO_PEEK_OFF", cloister_set_peek_offset(descriptor.number, CInt(clamping: offset)))
    }

    func peek(_ room: UnsafeMutableRawBufferPointer) -> Received {
        received(cloister_receive(descriptor.number, room.baseAddress, room.count, 1))
    }

    func take(_ room: UnsafeMutableRawBufferPointer) -> Received {
        received(cloister_receive(descriptor.number, room.baseAddress, room.count, 0))
    }

    /// Takes exactly `count` bytes that are known to be there.
    func discard(_ count: Int, scratch: UnsafeMutableRawBufferPointer) {
        var left = count
        while left > 0 {
            let room = UnsafeMutableRawBufferPointer(rebasing: scratch.prefix(left))
            guard case .bytes(let taken) = take(room) else { return }
            left -= taken
        }
    }

    private func received(_ result: Int) -> Received {
        if result > 0 { return .bytes(result) }
        return result == 0 || !SystemError.isTransient(result) ? .end : .nothing
    }
}

extension SystemError {
    /// Whether a negative errno only says "not now".
    static func isTransient(_ result: Int) -> Bool {
        result == -Int(wouldBlock) || result == -Int(interrupted)
    }

    private static var wouldBlock: Int32 { 11 }
    private static var interrupted: Int32 { 4 }
}
