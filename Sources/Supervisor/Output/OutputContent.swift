// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import Platform
import Synchronization

/// The bytes of one stream of a log, without the records around them, as a download.
struct OutputContent {
    private static let batchBytes = 256 << 10

    let stream: OutputStream
    let progress: LogProgress?
    let blocking: BlockingPool

    func content(fileName: String) async throws -> Content {
        let size = try await blocking.run { [progress, stream] in try Self.size(of: stream, in: progress) }
        return Content(size: size, mime: "application/octet-stream", fileName: Array(fileName.utf8)) { range in
            stream(range)
        }
    }

    private func stream(_ range: Range<Int64>) -> PullStream<[UInt8]> {
        let reader = Mutex(progress.map { LogReader(file: $0.file) })
        let position = Mutex<Int64>(0)
        return PullStream { [stream, progress, blocking] in
            guard let progress else { return nil }
            return try await blocking.run {
                try reader.withLock { reader in
                    try position.withLock { position in
                        try Self.next(&reader, &position, stream: stream, range: range, limit: progress.length)
                    }
                }
            }
        }
    }

    private static func size(of stream: OutputStream, in progress: LogProgress?) throws -> Int64 {
        guard let progress else { return 0 }
        var reader = LogReader(file: progress.file)
        var size: Int64 = 0
        while let (record, _) = try reader.nextRecord(limit: progress.length) {
            if record.stream == LoggedStream(stream) { size += Int64(record.length) }
        }
        return size
    }

    private static func next(
        _ reader: inout LogReader?, _ position: inout Int64, stream: OutputStream, range: Range<Int64>, limit: Int64
    ) throws -> [UInt8]? {
        var batch: [UInt8] = []
        while batch.count < batchBytes - LogLayout.chunkBytes, position < range.upperBound,
            let (record, chunk) = try reader?.nextRecord(limit: limit)
        {
            guard record.stream == LoggedStream(stream) else { continue }
            let start = min(max(0, range.lowerBound - position), Int64(chunk.count))
            let end = min(range.upperBound - position, Int64(chunk.count))
            if start < end { batch += chunk[Int(start)..<Int(end)] }
            position += Int64(chunk.count)
        }
        return batch.isEmpty ? nil : batch
    }
}
