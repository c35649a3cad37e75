// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CloisterAPI
import Platform
import StateStore

/// A session's journal as a notebook, made while it is read.
actor NotebookProducer {
    private static let batchBytes = 128 << 10

    private enum Step {
        case begin
        case cell(after: Cursor?)
        case done
    }

    private let session: Session
    private let manager: SessionManager
    private var step = Step.begin
    private var cell: NotebookCell?
    private var isFirst = true
    /// After the cell that is under way.
    private var following = Step.done

    init(_ session: Session, of manager: SessionManager) {
        self.session = session
        self.manager = manager
    }

    /// The next part of the document, or nil.
    func next() async throws -> [UInt8]? {
        var text = NotebookText()
        while text.bytes.count < Self.batchBytes {
            if let cell {
                let (written, rest) = try await manager.core.blocking.run { [text] in try Self.write(cell, text) }
                text = written
                self.cell = rest
                if rest == nil { step = following }
                if case .done = step, rest == nil { text.end() }
                continue
            }
            switch step {
            case .done: return text.bytes.isEmpty ? nil : text.bytes
            case .begin:
                try text.begin(session)
                step = .cell(after: nil)
            case .cell(let cursor): try await beginCell(after: cursor, &text)
            }
        }
        return text.bytes
    }

    private func beginCell(after cursor: Cursor?, _ text: inout NotebookText) async throws {
        let page = try await manager.core.journal.withCode(session.id, after: cursor)
        following = page.next.map { .cell(after: $0) } ?? .done
        guard let record = page.elements.first else {
            step = .done
            return text.end()
        }
        let (execution, progress) = try await manager.forNotebook(record)
        try text.beginCell(execution, code: record.code, isFirst: isFirst)
        isFirst = false
        cell = try await manager.core.blocking.run { try NotebookCell(execution, progress: progress) }
    }

    private static func write(_ cell: NotebookCell, _ text: NotebookText) throws -> (NotebookText, NotebookCell?) {
        var (cell, text) = (cell, text)
        repeat { try cell.next(into: &text) } while !cell.isDone && text.bytes.count < batchBytes
        return (text, cell.isDone ? nil : cell)
    }
}
