// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// Names in a directory that only root writes.
enum DirectoryNames {
    static func list(_ directory: Descriptor) throws(SystemError) -> [String] {
        let copy = try Descriptor.open(at: directory, ".", O_RDONLY | O_DIRECTORY)
        var names: [String] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 15)
        while true {
            let count = try check("getdents64", cloister_read_directory(copy.number, &buffer, buffer.count))
            guard count > 0 else { return names }
            var offset = 0
            while offset < count {
                var entry = cloister_entry()
                offset = try check("getdents64", cloister_directory_entry(buffer, count, offset, &entry))
                let name = String(decoding: buffer[entry.name..<entry.name + entry.length], as: UTF8.self)
                if name != ".", name != ".." { names.append(name) }
            }
        }
    }
}
