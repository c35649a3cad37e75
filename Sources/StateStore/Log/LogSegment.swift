// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// One file of the execution log: entries one after another, each behind its length and a checksum.
///
/// Written and not synced: a killed process leaves whole entries, a power cut may leave any tail, which the checksum
/// tells.
struct LogSegment: Sendable {
    private static let headBytes = 16
    private static let largestEntry = 64 << 20

    private let path: String
    private let file: CInt
    private(set) var length = 0

    init(path: String) throws(StateStoreError) {
        self.path = path
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .inputOutput("cannot open \(path)", errno: errno) }
        length = Int(lseek(file, 0, SEEK_END))
    }

    /// `number` orders entries over all segments.
    mutating func append(_ entry: [UInt8], number: UInt64) throws(StateStoreError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headBytes + entry.count)
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: entry.count).littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: Self.checksum(entry[...], number).littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        bytes += entry
        let written = pwrite(file, bytes, bytes.count, length)
        guard written == bytes.count else {
            let code = written < 0 ? errno : ENOSPC
            // Half an entry would hide those behind it.
            ftruncate(file, length)
            throw code == ENOSPC || code == EDQUOT
                ? StateStoreError(.full, "cannot write \(path)", remedy: "make room on its file system")
                : .inputOutput("cannot write \(path)", errno: code)
        }
        length += bytes.count
    }

    /// Drops what is in the file; `reset` must follow.
    func truncate() throws(StateStoreError) {
        guard ftruncate(file, 0) == 0 else { throw .inputOutput("cannot empty \(path)", errno: errno) }
    }

    mutating func reset() { length = 0 }

    /// Closes the file, and removes it when the tables have all that was in it.
    func close() {
        if length == 0 { unlink(path) }
        Glibc.close(file)
    }

    /// The whole entries that are there, up to the first one that is not.
    func entries() throws(StateStoreError) -> [(number: UInt64, entry: LogEntry)] {
        var found: [(number: UInt64, entry: LogEntry)] = []
        var rest = try content()[...]
        while rest.count >= Self.headBytes {
            let (count, sum, number) = Self.head(rest)
            let entry = rest.dropFirst(Self.headBytes).prefix(count)
            guard count <= Self.largestEntry, entry.count == count, Self.checksum(entry, number) == sum,
                let decoded = LogEntry(entry)
            else { break }
            found.append((number, decoded))
            rest = rest.dropFirst(Self.headBytes + count)
        }
        return found
    }

    private static func head(_ bytes: ArraySlice<UInt8>) -> (count: Int, sum: UInt32, number: UInt64) {
        bytes.withUnsafeBytes { raw in
            (
                Int(UInt32(littleEndian: raw.loadUnaligned(as: UInt32.self))),
                UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self)),
                UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    private func content() throws(StateStoreError) -> [UInt8] {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .inputOutput("cannot read \(path)", errno: errno) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = pread(file, &bytes, bytes.count, 0)
        guard count >= 0 else { throw .inputOutput("cannot read \(path)", errno: errno) }
        return Array(bytes.prefix(count))
    }

    /// FNV-1a over the entry and its number.
    private static func checksum(_ bytes: ArraySlice<UInt8>, _ number: UInt64) -> UInt32 {
        var hash: UInt32 = 2_166_136_261 ^ UInt32(truncatingIfNeeded: number)
        bytes.withUnsafeBytes { raw in
            for byte in raw { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        }
        return hash
    }
}
