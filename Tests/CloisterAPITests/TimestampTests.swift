// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_767_323_045_678, "2026-01-02T03:04:05.678Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func writesAndReads(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-01-02", "2026-01-02T03:04:05Z", "2026-13-02T03:04:05.678Z", "2026-02-30T03:04:05.678Z",
        "2026-01-02T24:04:05.678Z", "2026-01-02 03:04:05.678Z", "2026-01-02T03:04:05.678z", "2026-01-02T03:04:05,678Z",
        "+026-01-02T03:04:05.678Z",
    ])
    func refusesEverythingElse(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func survivesAnyNumber() {
        for value in [Int64.min, .min + 1, .max, .max - 1] {
            #expect(!Timestamp(milliseconds: value).description.isEmpty)
        }
    }
}
