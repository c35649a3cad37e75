// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// A moment in the two forms that SigV4 uses.
package struct SigningTime: Sendable, Equatable {
    /// `20150830T123600Z`
    package let timestamp: String
    /// `20150830`
    package var day: String { String(timestamp.prefix(8)) }

    /// - Parameter epochSeconds: seconds since 1970-01-01 UTC.
    package init(epochSeconds: Int64) {
        var seconds = time_t(epochSeconds)
        var fields = tm()
        _ = gmtime_r(&seconds, &fields)
        let date = Self.padded(Int(fields.tm_year) &+ 1900, 4) + Self.padded(Int(fields.tm_mon) &+ 1, 2)
        let day = Self.padded(Int(fields.tm_mday), 2)
        let clock = [fields.tm_hour, fields.tm_min, fields.tm_sec].map { Self.padded(Int($0), 2) }.joined()
        timestamp = "\(date)\(day)T\(clock)Z"
    }

    /// Now, shifted by what the store's clock was seen to differ.
    package static func now(offsetSeconds: Int64 = 0) -> SigningTime {
        SigningTime(epochSeconds: Int64(time(nil)) &+ offsetSeconds)
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
