// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Synchronization

/// How far the store's clock is from ours, learnt from an answer that refuses a request for its time.
final class ServerClock: Sendable {
    private let offset = Mutex<Int64>(0)

    func now() -> SigningTime {
        SigningTime.now(offsetSeconds: offset.withLock { $0 })
    }

    /// - Parameter date: a `Date` header. False when it cannot be read.
    func learn(from date: String?) -> Bool {
        guard let date, let seconds = Self.epochSeconds(date) else { return false }
        offset.withLock { $0 = seconds &- Int64(time(nil)) }
        return true
    }

    /// `Wed, 21 Oct 2015 07:28:00 GMT` in seconds since 1970.
    static func epochSeconds(_ date: String) -> Int64? {
        let words = date.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: words[2]) else { return nil }
        let numbers = ([words[1], words[3]] + words[4].split(separator: ":")).compactMap { Int32($0) }
        guard numbers.count == 5, numbers.allSatisfy({ (0...9999).contains($0) }) else { return nil }
        var fields = tm()
        fields.tm_mday = numbers[0]
        fields.tm_mon = Int32(month)
        fields.tm_year = numbers[1] - 1900
        fields.tm_hour = numbers[2]
        fields.tm_min = numbers[3]
        fields.tm_sec = numbers[4]
        return Int64(timegm(&fields))
    }

    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
