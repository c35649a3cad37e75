// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The first and the last bytes of a stream; what lies between is only counted.
package struct HeadTail: Sendable {
    private let headRoom: Int
    private let tailRoom: Int
    package private(set) var total: Int64 = 0
    private var head: [UInt8] = []
    private var isHeadComplete = false
    /// A ring once it is full; `start` is its oldest byte.
    private var ring: [UInt8] = []
    private var start = 0

    package init(head: Int, tail: Int) {
        headRoom = max(0, head)
        tailRoom = max(0, tail)
    }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        total &+= Int64(bytes.count)
        let toHead = isHeadComplete ? 0 : min(bytes.count, headRoom - head.count)
        head.append(contentsOf: bytes.prefix(toHead))
        isHeadComplete = isHeadComplete || head.count == headRoom
        appendToRing(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(toHead).suffix(tailRoom)))
    }

    /// Counts bytes that are not known any more, and with them the tail before them.
    package mutating func skip(_ count: Int64) {
        guard count > 0 else { return }
        total &+= count
        isHeadComplete = true
        ring = []
        start = 0
    }

    /// `bytes` are at most as many as the ring has room for.
    private mutating func appendToRing(_ bytes: UnsafeRawBufferPointer) {
        let grown = min(bytes.count, tailRoom - ring.count)
        ring.append(contentsOf: bytes.prefix(grown))
        var rest = bytes.dropFirst(grown)
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(tailRoom - start))
            ring.withUnsafeMutableBytes { ring in
                UnsafeMutableRawBufferPointer(rebasing: ring[start...]).copyMemory(from: part)
            }
            start = start + part.count == tailRoom ? 0 : start + part.count
            rest = rest.dropFirst(part.count)
        }
    }

    package var firstBytes: [UInt8] { head }
    package var lastBytes: [UInt8] { Array(ring[start...] + ring[..<start]) }
    /// Bytes between the two.
    package var omitted: Int64 { total &- Int64(head.count) &- Int64(ring.count) }
}
