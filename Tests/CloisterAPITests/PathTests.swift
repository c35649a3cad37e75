// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Testing

@Suite struct PathTests {
    @Test(arguments: ["a", "a/b", "a b/ü", "...", ".hidden", "a..b", "-x"])
    func accepts(_ text: String) throws {
        let path = try #require(WorkspacePath(bytes: text.utf8))
        #expect(path.bytes == Array(text.utf8))
    }

    @Test(arguments: ["/a", "a/", "a//b", "..", "a/..", "../a", ".", "a/./b", "a\0b", "/"])
    func refuses(_ text: String) {
        #expect(WorkspacePath(bytes: text.utf8) == nil)
    }

    @Test func limitsLengths() {
        #expect(WorkspacePath(bytes: [UInt8](repeating: 97, count: 255)) != nil)
        #expect(WorkspacePath(bytes: [UInt8](repeating: 97, count: 256)) == nil)
        let deep = Array(repeating: "aaa", count: 1024).joined(separator: "/")
        #expect(WorkspacePath(bytes: deep.utf8) != nil)
        #expect(WorkspacePath(bytes: (deep + "/a").utf8) == nil)
    }

    @Test func emptyIsTheWorkspace() {
        #expect(WorkspacePath(bytes: []) == .root)
    }

    @Test func namesThatAreNotUTF8ArePercentEncoded() {
        #expect(WorkspacePath.wireText(Array("ä%.txt".utf8)) == "ä%.txt")
        #expect(WorkspacePath.wireText([0x61, 0xFF, 0x2F, 0x62]) == "a%FF/b")
    }

    @Test func percentEncodingRoundTrips() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(PercentEncoding.decode(PercentEncoding.encode(bytes)) == bytes)
        #expect(PercentEncoding.decode("%4g") == nil)
        #expect(PercentEncoding.decode("%4") == nil)
        #expect(PercentEncoding.decode("a%2fb%2F") == Array("a/b/".utf8))
    }
}
