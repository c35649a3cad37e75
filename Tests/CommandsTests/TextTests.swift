// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Commands
import Testing

@Suite struct TextTests {
    @Test(
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1 << 20, "1.0 MiB"),
            (200 << 20, "200 MiB"),
            (3 << 30, "3.0 GiB"), (Int64.max, "8388608 TiB"), (-1, "-1 B"),
        ] as [(Int64, String)])
    func writesBytes(_ count: Int64, _ text: String) {
        #expect(Text.bytes(count) == text)
    }

    @Test(
        arguments: [
            (0.4, "0 s"), (59.9, "59 s"), (60, "1 min"), (3600, "1 h 0 min"), (90_000, "1 d 1 h"), (-5, "0 s"),
            (.infinity, "0 s"), (.nan, "0 s"), (1e300, "11574074 d 1 h"),
        ] as [(Double, String)])
    func writesDurations(_ seconds: Double, _ text: String) {
        #expect(Text.duration(seconds) == text)
    }

    @Test func keepsTheTerminalSafe() {
        #expect(Text.printable("a\u{1B}[2J\u{7}b\n\u{9B}é") == "a?[2J?b??é")
    }

    @Test func readsByteCounts() {
        #expect(ByteCount(argument: "512M")?.value == 512 << 20)
        #expect(ByteCount(argument: "2g")?.value == 2 << 30)
        #expect(ByteCount(argument: "100")?.value == 100)
        for text in ["", "M", "-1", "0", "1.5G", "9999999999T", "1 G", "1X"] {
            #expect(ByteCount(argument: text) == nil, "\(text)")
        }
    }

    @Test func padsTables() {
        var table = Table(("NAME", .left), ("SIZE", .right))
        table.add(["a", "100"])
        table.add(["long name", "7"])
        #expect(table.text == "NAME       SIZE\na           100\nlong name     7\n")
    }
}
