// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// Lines on standard error, for the journal. Nothing that a session wrote ever gets here.
enum SpawnerLog {
    static func write(_ text: String) {
        var line = "cloister-spawner: \(text)\n"
        line.withUTF8 { _ = Glibc.write(2, $0.baseAddress, $0.count) }
    }
}
