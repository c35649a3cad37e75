// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Supervisor
import Testing

@Suite struct HeadTailTests {
    private func collect(_ bytes: [UInt8], room: Int, pieces: [Int]) -> HeadTail {
        var output = HeadTail(head: room, tail: room)
        var rest = bytes[...]
        var sizes = pieces
        while !rest.isEmpty {
            let size = min(rest.count, sizes.isEmpty ? rest.count : sizes.removeFirst())
            Array(rest.prefix(size)).withUnsafeBytes { output.append($0) }
            rest = rest.dropFirst(size)
        }
        return output
    }

    @Test(arguments: [[], [1, 1, 1], [7, 30], [100], [3, 50, 1, 2, 40]])
    func keepsBothEndsHoweverTheBytesArrive(pieces: [Int]) {
        let bytes = (0..<200).map { UInt8($0) }
        for count in [0, 1, 9, 10, 11, 19, 20, 21, 30, 55, 199, 200] {
            let output = collect(Array(bytes.prefix(count)), room: 10, pieces: pieces)
            #expect(output.firstBytes == Array(bytes.prefix(min(10, count))))
            #expect(output.lastBytes == Array(bytes.prefix(count).dropFirst(10).suffix(10)))
            #expect(output.total == Int64(count))
            #expect(output.omitted == Int64(max(0, count - 20)))
        }
    }

    @Test func skippedBytesAreCountedAndBreakTheTail() {
        var output = collect(Array(0..<30), room: 10, pieces: [])
        output.skip(100)
        [UInt8](repeating: 7, count: 3).withUnsafeBytes { output.append($0) }
        #expect(output.total == 133)
        #expect(output.lastBytes == [7, 7, 7])
        #expect(output.omitted == 120)
    }

    @Test func textIsCutBetweenCharacters() {
        let text = String(repeating: "é", count: 100)
        let capture = OutputCapture(collect(Array(text.utf8), room: 11, pieces: []))
        #expect(capture.encoding == .utf8)
        #expect(capture.text == String(repeating: "é", count: 10))
        #expect(capture.truncated == 180)
        #expect(capture.bytes == 200)
    }

    @Test func bytesThatAreNoTextComeInBase64() {
        let capture = OutputCapture(collect([0xff, 0x00, 0x41], room: 100, pieces: []))
        #expect(capture.encoding == .base64)
        #expect(capture.text == "/wBB")
        #expect(capture.truncated == 0)
    }

    @Test func boundariesOfCharacters() {
        #expect(UTF8Boundary.lengthOfWholeCharacters(Array("aé".utf8)) == 3)
        #expect(UTF8Boundary.lengthOfWholeCharacters(Array("aé".utf8.dropLast())) == 1)
        #expect(UTF8Boundary.lengthOfWholeCharacters(Array("a𝄞".utf8.dropLast())) == 1)
        #expect(UTF8Boundary.lengthOfWholeCharacters(Array("a𝄞".utf8)) == 5)
        #expect(UTF8Boundary.lengthOfWholeCharacters([0xf0, 0x9d]) == 0)
        #expect(UTF8Boundary.lengthOfWholeCharacters([0x80, 0x80, 0x80, 0x80]) == 4)
        #expect(UTF8Boundary.lengthOfWholeCharacters([0xff]) == 1)
        #expect(UTF8Boundary.lengthOfWholeCharacters([]) == 0)
        #expect(UTF8Boundary.lengthOfBrokenStart([0x80, 0x80, 0x41]) == 2)
        #expect(UTF8Boundary.lengthOfBrokenStart([0x80, 0x80, 0x80, 0x80]) == 0)
    }
}
