// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Testing

@Suite struct IdentifierTests {
    @Test func writesPrefixNodeAndBase32() throws {
        let id = try #require(SessionID(node: "n1", value: 0))
        #expect(id.description == "ses_n1_aaaaaaaaaaaaaaaaaaaaaaaaaa")
        let last = try #require(ExecutionID(node: "n1", value: .max))
        #expect(last.description == "exe_n1_7777777777777777777777777" + "4")
    }

    /// RFC 4648's own vector: base32("fooba") = MZXW6YTB, here as the first five of 16 bytes.
    @Test func agreesWithRFC4648() throws {
        let value = UInt128(0x66_6F_6F_62_61) << 88
        let id = try #require(SessionID(node: "a", value: value))
        #expect(id.description.hasPrefix("ses_a_mzxw6ytbaaa"))
    }

    @Test func readsWhatItWrites() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let id = try #require(SessionID(node: "host7", using: &generator))
            let read = try #require(SessionID(id.description))
            #expect(read == id && read.value == id.value && read.node == "host7")
            #expect(id.description.utf8.count <= 64)
        }
    }

    @Test(arguments: [
        "", "ses", "ses__aaaaaaaaaaaaaaaaaaaaaaaaaa", "ses_n1_aaaaaaaaaaaaaaaaaaaaaaaaa",
        "ses_n1_aaaaaaaaaaaaaaaaaaaaaaaaaaa", "exe_n1_aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "ses_N1_aaaaaaaaaaaaaaaaaaaaaaaaaa", "ses_n1_Aaaaaaaaaaaaaaaaaaaaaaaaaa", "ses_n1_aaaaaaaaaaaaaaaaaaaaaaaaa1",
        "ses_n1_aaaaaaaaaaaaaaaaaaaaaaaaab", "ses_n1_aaaaaaaaaaaaaaaaaaaaaaaaaa_", "ses_n/1_aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "ses_12345678901234567_aaaaaaaaaaaaaaaaaaaaaaaaaa",
    ])
    func refusesEverythingElse(_ text: String) {
        #expect(SessionID(text) == nil)
    }

    @Test func refusesBadNodes() {
        #expect(SessionID(node: "", value: 1) == nil)
        #expect(SessionID(node: "a_b", value: 1) == nil)
        #expect(SessionID(node: "Ä", value: 1) == nil)
    }
}
