// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Testing

@Suite struct JSONSyntaxTests {
    @Test(arguments: [
        "0", "-1.5e+3", "10", "1E-2", "\"\"", "\"a\\u00e9\\n\"", "[]", "{}", "[1, [2], {\"a\": null}]", " true ",
        "false",
        "{\"a\":{\"b\":[1,2,\"ü\"]}, \"c\":-0.0}",
    ])
    func accepts(_ text: String) { #expect(JSONSyntax.isValid(Array(text.utf8))) }

    @Test(arguments: [
        "", " ", "01", "-", "1.", ".5", "1e", "+1", "NaN", "Infinity", "tru", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}",
        "{a:1}",
        "\"a", "\"\\x\"", "\"\\u12g4\"", "\"a\nb\"", "[1", "{", "1 2", "[1]]", "'a'", "{\"a\":1,}",
    ])
    func refuses(_ text: String) { #expect(!JSONSyntax.isValid(Array(text.utf8))) }

    @Test func refusesWhatIsNoTextOrTooDeep() {
        #expect(!JSONSyntax.isValid([0x22, 0xff, 0x22]))
        let deep = String(repeating: "[", count: 100_000)
        #expect(!JSONSyntax.isValid(Array(deep.utf8)))
        let bounded = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(JSONSyntax.isValid(Array(bounded.utf8)))
    }
}
