// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

extension Configuration {
    /// The file may have this many bytes.
    private static let largestFile = 1 << 20

    /// Reads the file. Throws every problem of the file at once.
    package init(file: String) throws(ConfigurationError) {
        try self.init(toml: try readText(file, limit: Self.largestFile), file: file)
    }

    /// Reads TOML text. `file` is its name in error messages.
    package init(toml text: String, file: String) throws(ConfigurationError) {
        let root = Section(root: try TOMLNode.parse(text, file: file), lines: KeyLines(text))
        // The instance names the default paths, so that it is known before them.
        var instance = DaemonSettings.defaultInstance
        root.section("daemon").peek("instance", into: &instance, .instance)
        self.init(instance: instance)
        daemon.read(from: root.section("daemon"))
        sessions.read(from: root.section("sessions"))
        pool.read(from: root.section("pool"))
        output.read(from: root.section("output"))
        artifacts.read(from: root.section("artifacts"))
        objectStore.read(from: root.section("object_store"))
        log.read(from: root.section("log"))
        root.refuseTheRest()
        if !root.problems.isEmpty { throw ConfigurationError(.invalid, file: file, problems: root.problems) }
    }
}

func readText(_ path: String, limit: Int) throws(ConfigurationError) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .unreadable(path, errno) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    var count = 0
    while count < bytes.count {
        let step = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress?.advanced(by: count), $0.count - count) }
        if step < 0 && errno == EINTR { continue }
        guard step >= 0 else { throw .unreadable(path, errno) }
        if step == 0 { break }
        count += step
    }
    guard count <= limit else { throw .tooLarge(path, limit) }
    guard let text = String(validating: bytes[..<count], as: UTF8.self) else { throw .notText(path) }
    return text
}
