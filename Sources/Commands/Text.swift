// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI

/// Numbers and names as people read them.
package enum Text {
    /// `1.5 GiB`.
    package static func bytes(_ count: Int64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(count)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return unit == 0 || value >= 100
            ? "\(Int(value.rounded())) \(units[unit])" : "\(Self.decimal(value)) \(units[unit])"
    }

    /// `42 s`, `3 min`, `5 h 12 min`, `2 d 3 h`.
    package static func duration(_ seconds: Double) -> String {
        let total = seconds.isFinite ? Int(max(0, min(seconds, 1e12))) : 0
        return switch total {
        case ..<60: "\(total) s"
        case ..<3600: "\(total / 60) min"
        case ..<86_400: "\(total / 3600) h \(total / 60 % 60) min"
        default: "\(total / 86_400) d \(total / 3600 % 24) h"
        }
    }

    /// CPU time: `0.4 s`, or as a duration when it is long.
    package static func cpu(_ seconds: Double) -> String {
        seconds < 60 ? "\(Self.decimal(seconds)) s" : Self.duration(seconds)
    }

    /// One digit after the point.
    package static func decimal(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }

    package static func count(_ number: Int, _ singular: String, _ plural: String) -> String {
        "\(number) \(number == 1 ? singular : plural)"
    }

    /// Text from elsewhere that must not drive the terminal.
    package static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}
