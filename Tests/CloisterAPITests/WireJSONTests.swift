// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import FoundationEssentials
import Testing

@Suite struct WireJSONTests {
    private struct Everything: Codable, Equatable {
        var b = true
        var a = "q\" \\ / \u{0}\u{1F}\n\t\r é 🦊"
        var double = 0.1
        var whole = 120.0
        var tiny = 1e-7
        var large = 1e300
        var negative = Int64.min
        var positive = UInt64.max
        var small: Int8 = -3
        var float: Float = 0.5
        var list = [1, 2, 3]
        var empty: [String] = []
        var nested = [["k": [true]]]
        var nothing: String?
        var object = Inner()

        struct Inner: Codable, Equatable {}
    }

    /// Foundation reads back what was written.
    @Test func agreesWithFoundation() throws {
        let bytes = try WireJSON.encode(Everything())
        #expect(try JSONDecoder().decode(Everything.self, from: Data(bytes)) == Everything())
    }

    @Test func keepsTheOrder() throws {
        let text = String(decoding: try WireJSON.encode(Everything()), as: UTF8.self)
        #expect(
            text.hasPrefix(#"{"b":true,"a":"q\" \\ / \u0000\u001f\n\t\r é 🦊","double":0.1,"whole":120,"tiny":1e-07,"#))
        #expect(text.hasSuffix(#""list":[1,2,3],"empty":[],"nested":[{"k":[true]}],"object":{}}"#))
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity]) func refusesWhatJSONCannotSay(_ value: Double) {
        #expect(throws: EncodingError.self) { try WireJSON.encode([value]) }
    }

    @Test func writesScalars() throws {
        #expect(try WireJSON.encode("x") == Array(#""x""#.utf8))
        #expect(try WireJSON.encode(7) == Array("7".utf8))
        #expect(try WireJSON.encode([String: Int]()) == Array("{}".utf8))
    }
}
