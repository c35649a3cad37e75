// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Supervisor
import Testing

@Suite struct DisplayCutterTests {
    /// What is cut out of the bytes when they come in chunks of at most `size`.
    private func cut(_ bytes: [UInt8], size: Int, _ cutter: inout DisplayCutter) -> (frames: [[UInt8]], garbage: Int) {
        var (frames, frame): ([[UInt8]], [UInt8]) = ([], [])
        var garbage = 0
        var rest = bytes[...]
        var window = size
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(window))
            chunk.withUnsafeBytes { chunk in
                let piece = cutter.next(chunk, isLast: false)
                cutter.take(piece, of: chunk)
                switch piece {
                case .incomplete: window += 1
                case .garbage(let count):
                    (garbage, rest, window) = (garbage + count, rest.dropFirst(count), size)
                case .part(let count, let begins, let ends):
                    if begins { frame = [] }
                    frame += chunk.prefix(count)
                    if ends { frames.append(frame) }
                    (rest, window) = (rest.dropFirst(count), size)
                }
            }
        }
        return (frames, garbage)
    }

    @Test(arguments: [1, 2, 7, 12, 13, 100, 1 << 20])
    func framesAreFoundWhateverTheChunks(size: Int) {
        let frames = (0..<50).map { DisplayBytes.text(String(repeating: "x", count: $0 * 3)) }
        var cutter = DisplayCutter()
        let found = cut(frames.flatMap { $0 }, size: size, &cutter)
        #expect(found.frames == frames)
        #expect(found.garbage == 0)
    }

    @Test(arguments: [1, 5, 64])
    func garbageIsPassedOverUpToTheNextFrame(size: Int) {
        let junk = Array("\u{7f}no display, \u{f7}dis".utf8) + [0xf7, 0x64, 0x69, 0xf7]
        let frame = DisplayBytes.text("here")
        var cutter = DisplayCutter()
        let found = cut(junk + frame + junk + frame, size: size, &cutter)
        #expect(found.frames == [frame, frame])
        #expect(found.garbage == 2 * junk.count)
    }

    @Test func aLengthBeyondTheLimitIsGarbage() {
        let liar: [UInt8] = [0xf7] + Array("display".utf8) + [0xff, 0xff, 0xff, 0xff]
        let frame = DisplayBytes.text("honest")
        var cutter = DisplayCutter()
        let found = cut(liar + frame, size: 1000, &cutter)
        #expect(found.frames == [frame])
    }

    @Test func theRestOfAFrameThatBeganElsewhereIsGarbage() {
        let (first, second) = (DisplayBytes.text("begun before"), DisplayBytes.text("whole"))
        var cutter = DisplayCutter()
        _ = cut(Array(first.prefix(15)), size: 15, &cutter)
        cutter.moveOn()
        let found = cut(first.dropFirst(15) + second, size: 9, &cutter)
        #expect(found.frames == [second])
        #expect(found.garbage == first.count - 15)
    }

    @Test func aKilledDaemonsPlaceIsTakenUp() {
        let frame = DisplayBytes.text("cut in two by a kill")
        var cutter = DisplayCutter()
        frame.prefix(20).withUnsafeBytes { cutter.replay($0, begins: true) }
        let found = cut(Array(frame.dropFirst(20)), size: 4, &cutter)
        #expect(found.frames.isEmpty == false)
        #expect(found.garbage == 0)
    }
}
