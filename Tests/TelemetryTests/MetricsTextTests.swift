// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Telemetry
import Testing

@Suite struct MetricsTextTests {
    @Test func writesFamilies() {
        var metrics = MetricsText()
        metrics.sample("cloister_sessions", .gauge, "Live sessions.", 3)
        metrics.family("cloister_forks_total", .counter, "Of a zygote\nand \\ more.") { family in
            family.add(7, ["image": "a\"b\\c\nd"])
            family.add(0.25, ["image": "x", "path": "y"])
        }
        #expect(
            metrics.text == """
                # HELP cloister_sessions Live sessions.
                # TYPE cloister_sessions gauge
                cloister_sessions 3
                # HELP cloister_forks_total Of a zygote\\nand \\\\ more.
                # TYPE cloister_forks_total counter
                cloister_forks_total{image="a\\"b\\\\c\\nd"} 7
                cloister_forks_total{image="x",path="y"} 0.25

                """)
    }

    @Test func bucketsAddUp() {
        var histogram = Histogram()
        for seconds in [0.00005, 0.0001, 0.003, 100, .infinity, .nan] { histogram.observe(seconds) }
        #expect(histogram.count == 4)
        var metrics = MetricsText()
        metrics.family("t", .histogram, "Time.") { $0.add(histogram, ["path": "exec"]) }
        let lines = metrics.text.split(separator: "\n").map(String.init)
        #expect(lines.contains(#"t_bucket{path="exec",le="0.0001"} 2"#))
        #expect(lines.contains(#"t_bucket{path="exec",le="0.005"} 3"#))
        #expect(lines.contains(#"t_bucket{path="exec",le="30"} 3"#))
        #expect(lines.contains(#"t_bucket{path="exec",le="+Inf"} 4"#))
        #expect(lines.contains(#"t_count{path="exec"} 4"#))
        #expect(lines.last == #"t_count{path="exec"} 4"#)
        #expect(lines.contains { $0.hasPrefix(#"t_sum{path="exec"} 100.003"#) })
    }
}
