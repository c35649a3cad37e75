// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The spawner's settings: flags alone, so that it parses no file.
package struct SpawnerSettings: Equatable {
    package var instance = "default"
    package var socket = ""
    package var daemonUser: UInt32 = 0
    package var daemonGroup: UInt32 = 0
    package var pool = ""
    package var images = ""
    package var driver = ""
    package var initProgram = ""
    /// The native part of zygotes; empty: sessions have interpreters of their own.
    package var zygoteLibrary = ""
    package var firstUser: UInt32 = 0
    package var userCount: UInt32 = 0
    /// The cgroup (v2) that is the instance's own, below the mount; empty: found out.
    package var cgroup = ""
    /// Sum of workspace quotas that the pool accepts, in percent of its size: hardly any workspace is ever full.
    package var poolOvercommit: UInt64 = 400
    /// A zygote is replaced after so many forks or so many seconds.
    package var zygoteForks: UInt64 = 5000
    package var zygoteSeconds: UInt64 = 3600
    package var zygoteMemoryBytes: UInt64 = 2 << 30
    package var ceilings = Ceilings()

    package static let usage = """
        usage: cloister-spawner --socket PATH --daemon-uid N --daemon-gid N --pool DIR --images DIR --driver DIR
                 --init FILE --uid-base N --uid-count N [--instance NAME] [--pool-overcommit PERCENT]
                 [--cgroup PATH] [--zygote FILE] [--zygote-forks N] [--zygote-seconds N] [--zygote-memory BYTES]
                 [--max-sessions N] [--max-memory BYTES] [--max-pids N] [--max-cpu MILLI] [--max-workspace BYTES]
                 [--max-tmp BYTES] [--max-open-files N] [--max-holders N]
        """

    package init(arguments: [String]) throws(SettingsError) {
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            guard let value = rest.popFirst() else { throw SettingsError("\(flag) needs a value") }
            try set(flag, value)
        }
        try validate()
    }

    private mutating func set(_ flag: String, _ value: String) throws(SettingsError) {
        switch flag {
        case "--instance": instance = value
        case "--socket": socket = value
        case "--daemon-uid": daemonUser = try Self.number(flag, value)
        case "--daemon-gid": daemonGroup = try Self.number(flag, value)
        case "--pool": pool = value
        case "--images": images = value
        case "--driver": driver = value
        case "--init": initProgram = value
        case "--uid-base": firstUser = try Self.number(flag, value)
        case "--uid-count": userCount = try Self.number(flag, value)
        case "--cgroup": cgroup = value
        case "--pool-overcommit": poolOvercommit = try Self.number(flag, value)
        case "--max-sessions": ceilings.sessions = try Self.number(flag, value)
        case "--max-memory": ceilings.memoryBytes = try Self.number(flag, value)
        case "--max-pids": ceilings.pids = try Self.number(flag, value)
        case "--max-cpu": ceilings.cpuMillis = try Self.number(flag, value)
        case "--max-workspace": ceilings.workspaceBytes = try Self.number(flag, value)
        case "--max-tmp": ceilings.tmpBytes = try Self.number(flag, value)
        case "--zygote": zygoteLibrary = value
        case "--zygote-forks": zygoteForks = try Self.number(flag, value)
        case "--zygote-seconds": zygoteSeconds = try Self.number(flag, value)
        case "--zygote-memory": zygoteMemoryBytes = try Self.number(flag, value)
        case "--max-holders": ceilings.holders = try Self.number(flag, value)
        case "--max-open-files": ceilings.openFiles = try Self.number(flag, value)
        default: throw SettingsError("unknown flag \(flag)")
        }
    }

    private static func number<Value: FixedWidthInteger>(_ flag: String, _ text: String) throws(SettingsError) -> Value
    {
        guard let value = Value(text) else { throw SettingsError("\(flag) needs a number, not \(text)") }
        return value
    }

    /// No more sessions than there are descriptors for: a live one keeps ten, and a few start at any time.
    func bounded(byOpenFiles limit: UInt64) -> SpawnerSettings {
        var settings = self
        let most = limit > 4096 ? (limit - 4096) / 10 : limit / 40
        settings.ceilings.sessions = UInt32(clamping: min(UInt64(ceilings.sessions), most))
        // A command keeps five, and an eighth of all is theirs.
        settings.ceilings.commands = Int(clamping: min(UInt64(ceilings.commands), limit / 40))
        return settings
    }

    private func validate() throws(SettingsError) {
        for (flag, value) in [
            ("--socket", socket), ("--pool", pool), ("--images", images), ("--driver", driver), ("--init", initProgram),
        ] where !value.hasPrefix("/") {
            throw SettingsError("\(flag) needs an absolute path")
        }
        for (flag, value) in [("--cgroup", cgroup), ("--zygote", zygoteLibrary)]
        where !value.isEmpty && !value.hasPrefix("/") {
            throw SettingsError("\(flag) needs an absolute path")
        }
        guard zygoteForks > 0, zygoteSeconds > 0 else {
            throw SettingsError("--zygote-forks and --zygote-seconds must be positive")
        }
        guard (16 << 20...1 << 40).contains(zygoteMemoryBytes) else {
            throw SettingsError("--zygote-memory takes 16 MiB to 1 TiB")
        }
        let letters = instance.utf8.allSatisfy {
            ($0 >= 0x61 && $0 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2d
        }
        guard letters, !instance.isEmpty, instance.utf8.count <= 32 else {
            throw SettingsError("--instance takes 1 to 32 characters of a-z, 0-9 and -")
        }
        guard daemonUser > 0 else { throw SettingsError("--daemon-uid must not be root") }
        guard firstUser >= 65536, userCount >= 64, firstUser.addingReportingOverflow(userCount).overflow == false else {
            throw SettingsError("--uid-base and --uid-count need at least 64 ids above 65535")
        }
        guard !(firstUser..<firstUser + userCount).contains(daemonUser) else {
            throw SettingsError("the daemon's uid must not be one of the sessions'")
        }
    }
}

package struct SettingsError: Error, Equatable {
    package let message: String
    package init(_ message: String) { self.message = message }
}
