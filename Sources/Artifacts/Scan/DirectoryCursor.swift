// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Platform

/// Reads a directory of any size through a fixed buffer.
final class DirectoryCursor {
    struct Entry {
        /// Ended by NUL, valid until the next call.
        let name: UnsafePointer<CChar>
        let bytes: UnsafeRawBufferPointer
    }

    private static let bufferBytes = 32 * 1024

    let directory: Descriptor
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferBytes, alignment: 8)
    private var count = 0
    private var offset = 0

    init(_ directory: Descriptor) {
        self.directory = directory
    }

    deinit {
        buffer.deallocate()
    }

    /// The next name other than `.` and `..`; nil at the end.
    func next() throws(SystemError) -> Entry? {
        while true {
            if offset >= count {
                offset = 0
                count = try check(
                    "getdents64", cloister_read_directory(directory.number, buffer.baseAddress, buffer.count))
                guard count > 0 else { return nil }
            }
            var entry = cloister_entry()
            offset = try check("getdents64", cloister_directory_entry(buffer.baseAddress, count, offset, &entry))
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[entry.name..<(entry.name + entry.length)])
            if bytes.elementsEqual(".".utf8) || bytes.elementsEqual("..".utf8) { continue }
            guard let start = bytes.baseAddress else { continue }
            return Entry(name: start.assumingMemoryBound(to: CChar.self), bytes: bytes)
        }
    }
}
