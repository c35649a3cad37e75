// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Driver

/// Cuts the stream of displays, which comes in chunks of any size, where displays begin and end.
///
/// The other end is not trusted. What is no display is passed over, up to the next bytes that begin one.
package struct DisplayCutter {
    /// What the first bytes of a chunk are.
    package enum Piece: Equatable {
        /// Part of a display.
        case part(Int, begins: Bool, ends: Bool)
        case garbage(Int)
        /// Too few to tell; more are on their way.
        case incomplete
    }

    /// Bytes of the present display that are still to come.
    private var left = 0
    /// Its beginning went elsewhere, so that the rest is of no use.
    private var isHeadless = false

    package init() {}

    /// What follows the present display's bytes goes to another log.
    package mutating func moveOn() { isHeadless = left > 0 }

    /// The stream was not looked at for a while: the next display is found by its first bytes.
    package mutating func lose() { (left, isHeadless) = (0, false) }

    /// Takes a record up that a killed daemon has written.
    package mutating func replay(_ chunk: UnsafeRawBufferPointer, begins: Bool) {
        if begins { left = DisplayFrame.length(chunk) ?? 0 }
        left = max(0, left - chunk.count)
    }

    /// Looks at the first bytes of a chunk that is not empty. With `isLast` nothing is on its way.
    package func next(_ chunk: UnsafeRawBufferPointer, isLast: Bool) -> Piece {
        if left > 0 {
            let count = min(left, chunk.count)
            return isHeadless ? .garbage(count) : .part(count, begins: false, ends: count == left)
        }
        if chunk.count < DisplayFrame.headerBytes, !isLast, DisplayFrame.mayBegin(chunk) { return .incomplete }
        guard let length = DisplayFrame.length(chunk) else { return .garbage(Self.distanceToNext(chunk)) }
        let count = min(length, chunk.count)
        return .part(count, begins: true, ends: count == length)
    }

    /// Notes that a piece has been taken. `header` is the chunk that it was the beginning of.
    package mutating func take(_ piece: Piece, of chunk: UnsafeRawBufferPointer) {
        switch piece {
        case .part(let count, let begins, _):
            if begins { left = DisplayFrame.length(chunk) ?? count }
            left -= count
        case .garbage(let count): left = max(0, left - count)
        case .incomplete: break
        }
        if left == 0 { isHeadless = false }
    }

    private static func distanceToNext(_ chunk: UnsafeRawBufferPointer) -> Int {
        var position = 1
        while position < chunk.count {
            let rest = UnsafeRawBufferPointer(rebasing: chunk[position...])
            if DisplayFrame.mayBegin(rest) { return position }
            position += 1
        }
        return chunk.count
    }
}
