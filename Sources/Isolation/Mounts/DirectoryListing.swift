// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// The entries of a trusted directory, without `.` and `..`.
enum DirectoryListing {
    struct Entry {
        let name: String
        let type: UInt8
        var isDirectory: Bool { type == 4 }
        var isRegular: Bool { type == 8 }
        var isSymbolicLink: Bool { type == 10 }
    }

    static func entries(of directory: Descriptor) throws(SystemError) -> [Entry] {
        var entries: [Entry] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 15)
        while true {
            let count = try check("getdents64", cloister_read_directory(directory.number, &buffer, buffer.count))
            guard count > 0 else { return entries }
            var offset = 0
            while offset < count {
                var entry = cloister_entry()
                offset = try check("getdents64", cloister_directory_entry(buffer, count, offset, &entry))
                let name = String(decoding: buffer[entry.name..<entry.name + entry.length], as: UTF8.self)
                if name != ".", name != ".." { entries.append(Entry(name: name, type: entry.type)) }
            }
        }
    }
}
