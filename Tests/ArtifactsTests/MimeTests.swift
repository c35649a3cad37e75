// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Testing

@Suite struct MimeTests {
    static let globs = """
        # comment
        50:image/png:*.png
        50:text/csv:*.csv
        80:text/html:*.html
        50:application/gzip:*.gz
        50:application/x-compressed-tar:*.tar.gz
        50:text/x-makefile:makefile
        40:text/x-wrong:*.csv
        50:application/x-sharedlib:*.so.[0-9]*
        broken
        """
    let detector = MimeDetector(table: MimeTable(globs: globs))

    private func type(_ name: String, _ start: [UInt8] = Array("text".utf8)) -> String {
        detector.type(name: Array(name.utf8), start: start)
    }

    @Test func suffixes() {
        #expect(type("A.CSV") == "text/csv")
        #expect(type("report.final.html") == "text/html")
        #expect(type("Makefile") == "text/x-makefile")
        #expect(type("archive.tar.gz", [0x1F, 0x8B, 8]) == "application/x-compressed-tar")
        #expect(type("table.parquet", Array("PAR1".utf8)) == "application/vnd.apache.parquet")
    }

    @Test func contentsWinWhereTheyProveSomething() {
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]
        #expect(type("picture.csv", png) == "image/png")
        #expect(type("no-suffix", png) == "image/png")
        #expect(type("fake.png") == "application/octet-stream")
        #expect(type("sheet.xlsx", [0x50, 0x4B, 3, 4]).hasSuffix("spreadsheetml.sheet"))
        #expect(type("fake.png", [0x50, 0x4B, 3, 4]) == "application/zip")
        #expect(type("x", Array("RIFF\0\0\0\0WEBP".utf8)) == "image/webp")
        #expect(type("x", Array("RIFF\0\0\0\0WAVE".utf8)) == "application/octet-stream")
    }

    @Test func unknownNames() {
        #expect(type("LICENSE", Array("plain words, é\n".utf8)) == "text/plain")
        #expect(type("latin", Array("caf".utf8) + [0xE9] + Array(" ferm".utf8)) == "application/octet-stream")
        #expect(type("cut", Array(Array("words é".utf8).dropLast())) == "text/plain")
        #expect(type("binary", [0, 1, 2]) == "application/octet-stream")
        #expect(type("", []) == "application/octet-stream")
        #expect(type("empty.png", []) == "image/png")
        #expect(detector.type(name: [0xFF, 0x2E, 0x63, 0x73, 0x76], start: []) == "text/csv")
    }

    @Test func withoutASystemTableTheBuiltInOneServes() {
        let detector = MimeDetector(systemTable: "/nonexistent")
        #expect(detector.type(name: Array("a.geojson".utf8), start: []) == "application/geo+json")
    }
}
