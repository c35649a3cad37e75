// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Platform
import Spawner

@main
struct Entry {
    static func main() {
        do {
            let settings = try SpawnerSettings(arguments: Array(CommandLine.arguments.dropFirst()))
            try Spawner(settings: settings).run()
        } catch let error as SettingsError {
            fail("\(error.message)\n\(SpawnerSettings.usage)", code: 2)
        } catch {
            fail("cannot serve: \(error)", code: 1)
        }
    }

    private static func fail(_ text: String, code: Int32) -> Never {
        var line = "cloister-spawner: \(text)\n"
        line.withUTF8 { _ = write(2, $0.baseAddress, $0.count) }
        exit(code)
    }
}
