// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import Driver
import Platform

/// One cell on its way out: a part at a time, so that no more than one picture of it is in memory.
struct NotebookCell: Sendable {
    private let execution: Execution
    private let progress: ExecutionFeed.Progress?
    private let outputs: [CellOutputs.Output]
    private let remarks: String
    private var position = 0
    private var isFirstOutput = true
    private(set) var isDone = false

    /// Blocks for as long as the disk does.
    init(_ execution: Execution, progress: ExecutionFeed.Progress?) throws {
        self.execution = execution
        self.progress = progress
        let cell = try progress.map { try CellOutputs.read($0) } ?? CellOutputs()
        outputs = cell.outputs
        remarks = Self.omission(cell, execution) + (execution.remark ?? "")
    }

    private static func omission(_ cell: CellOutputs, _ execution: Execution) -> String {
        let unlogged = max(0, execution.stdout.bytes &+ execution.stderr.bytes &- cell.loggedBytes)
        let bytes = cell.omittedBytes &+ unlogged
        guard bytes > 0 || cell.omittedDisplays > 0 else { return "" }
        return "[cloister] \(bytes) bytes of output and \(cell.omittedDisplays) displays are left out here.\n"
    }

    /// The next part. Blocks for as long as the disk does.
    mutating func next(into text: inout NotebookText) throws {
        guard position < outputs.count else { return try end(&text) }
        separate(&text)
        switch outputs[position] {
        case .text(let stream, let bytes): text.stream(stream, String(decoding: bytes, as: UTF8.self))
        case .display(let place): try text.display(try display(at: place))
        }
        position += 1
    }

    private mutating func end(_ text: inout NotebookText) throws {
        if !remarks.isEmpty {
            separate(&text)
            text.stream(.stderr, remarks)
        }
        if let value = execution.value {
            separate(&text)
            try text.value(execution, value)
        }
        if let error = execution.error {
            separate(&text)
            try text.error(error)
        }
        text.endCell()
        isDone = true
    }

    private mutating func separate(_ text: inout NotebookText) {
        text.separate(isFirst: isFirstOutput)
        isFirstOutput = false
    }

    private func display(at place: Int64) throws -> DisplayClaim? {
        guard let progress else { return nil }
        var reader = LogReader(file: progress.file, at: place)
        while let entry = try reader.next(limit: progress.length) {
            if case .display(let frame, _, _) = entry { return try? DisplayClaim(frame: frame) }
        }
        return nil
    }
}
