// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Driver

/// What a notebook's cell shows of an execution: text and displays in their order, updates and clearing carried out.
///
/// It holds the text and the places of the displays in the log, so that a cell with large pictures costs no memory.
struct CellOutputs {
    enum Output {
        case text(OutputStream, [UInt8])
        /// Where its frame begins in the log.
        case display(Int64)
    }

    private static let mostText = 1 << 20
    private static let mostOutputs = 10_000

    private(set) var outputs: [Output] = []
    /// Bytes of text, and displays, for which there was no room.
    private(set) var omittedBytes: Int64 = 0
    private(set) var omittedDisplays = 0
    /// Bytes of text that the log holds.
    private(set) var loggedBytes: Int64 = 0
    private var textBytes = 0
    private var clearsNext = false
    private var places: [String: [Int]] = [:]

    /// Reads a log. Blocks for as long as the disk does.
    static func read(_ progress: ExecutionFeed.Progress) throws -> CellOutputs {
        var cell = CellOutputs()
        var reader = LogReader(file: progress.file)
        while let entry = try reader.next(limit: progress.length) {
            switch entry {
            case .chunk(let chunk): cell.add(chunk.stream, chunk.bytes)
            case .display(let frame, _, _): cell.add(try? DisplayClaim(frame: frame), at: reader.displayStart)
            }
        }
        return cell
    }

    mutating func add(_ stream: OutputStream, _ bytes: [UInt8]) {
        clearIfDue()
        loggedBytes += Int64(bytes.count)
        let kept = bytes.prefix(outputs.count < Self.mostOutputs ? Self.mostText - textBytes : 0)
        omittedBytes += Int64(bytes.count - kept.count)
        textBytes += kept.count
        guard !kept.isEmpty else { return }
        if case .text(stream, let before)? = outputs.last {
            outputs.removeLast()
            outputs.append(.text(stream, before + kept))
        } else {
            outputs.append(.text(stream, Array(kept)))
        }
    }

    /// One that cannot be read is shown as such.
    mutating func add(_ claim: DisplayClaim?, at place: Int64) {
        if claim?.kind == .clear {
            clearsNext = true
            if claim?.waits == false { clearIfDue() }
            return
        }
        clearIfDue()
        if claim?.kind == .update, let id = claim?.id, let shown = places[id] {
            for index in shown { outputs[index] = .display(place) }
            return
        }
        guard outputs.count < Self.mostOutputs else {
            omittedDisplays += 1
            return
        }
        if let id = claim?.id { places[id, default: []].append(outputs.count) }
        outputs.append(.display(place))
    }

    private mutating func clearIfDue() {
        guard clearsNext else { return }
        (outputs, places, textBytes, clearsNext) = ([], [:], 0, false)
        (omittedBytes, omittedDisplays) = (0, 0)
    }
}
