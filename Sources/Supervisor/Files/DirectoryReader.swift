// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Platform

/// Entries of an open directory, `.` and `..` left out. Names are bytes.
struct DirectoryReader {
    private static let bufferBytes = 32 << 10

    private let directory: Descriptor

    /// The descriptor's position moves; use one that nothing else reads.
    init(_ directory: Descriptor) { self.directory = directory }

    /// Calls `body` with each name. Stops early when `body` returns false.
    func forEach(_ body: ([UInt8]) throws -> Bool) throws {
        var buffer = [UInt8](repeating: 0, count: Self.bufferBytes)
        while true {
            let count = try check("getdents64", cloister_read_directory(directory.number, &buffer, buffer.count))
            guard count > 0 else { return }
            guard try visit(buffer, Int(count), body) else { return }
        }
    }

    /// Every name, ended by NUL as system calls want it.
    func names() throws -> [[CChar]] {
        var names: [[CChar]] = []
        try forEach { name in
            names.append(name.map { CChar(bitPattern: $0) } + [0])
            return true
        }
        return names
    }

    private func visit(_ buffer: [UInt8], _ count: Int, _ body: ([UInt8]) throws -> Bool) throws -> Bool {
        var offset = 0
        while offset < count {
            var entry = cloister_entry()
            let next = try check(
                "getdents64", cloister_directory_entry(buffer, count, offset, &entry))
            let (end, overflow) = entry.name.addingReportingOverflow(entry.length)
            guard !overflow, end <= count, Int(next) > offset else { throw SystemError("getdents64", errno: 22) }
            let name = Array(buffer[entry.name..<end])
            offset = Int(next)
            if name == [0x2e] || name == [0x2e, 0x2e] { continue }
            guard try body(name) else { return false }
        }
        return true
    }
}
