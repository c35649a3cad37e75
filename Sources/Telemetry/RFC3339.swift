// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// Times as text: `2025-11-21T17:42:05.123Z`.
package enum RFC3339 {
    private static let millisecondsPerDay: Int64 = 86_400_000

    /// Milliseconds since 1970 in UTC.
    package static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1_000 &+ Int64(time.tv_nsec) / 1_000_000
    }

    /// The text for milliseconds since 1970 in UTC, from year 0 to 9999; times outside are moved to that range's ends.
    package static func text(milliseconds: Int64) -> String {
        let milliseconds = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)
        let days = floorDivide(milliseconds, millisecondsPerDay)
        let time = milliseconds - days * millisecondsPerDay
        let date = civilDate(days)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        append(date.year, 4, "-", to: &text)
        append(date.month, 2, "-", to: &text)
        append(date.day, 2, "T", to: &text)
        append(time / 3_600_000, 2, ":", to: &text)
        append(time / 60_000 % 60, 2, ":", to: &text)
        append(time / 1_000 % 60, 2, ".", to: &text)
        append(time % 1_000, 3, "Z", to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(_ number: Int64, _ width: Int, _ end: Unicode.Scalar, to text: inout [UInt8]) {
        var divisor: Int64 = 1
        for _ in 1..<width { divisor *= 10 }
        for _ in 0..<width {
            text.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor = max(1, divisor / 10)
        }
        text.append(UInt8(ascii: end))
    }

    /// Days since 1970 to a date of the Gregorian calendar. Eras of 400 years are all alike; years that begin in March
    /// have their leap day at the end (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    private static func civilDate(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func floorDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
        number >= 0 ? number / divisor : (number + 1) / divisor - 1
    }
}
