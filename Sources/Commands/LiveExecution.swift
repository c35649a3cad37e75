// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import CloisterClient
import UnixSignals

/// Runs code and shows its output as it comes. Survives a connection that breaks; Ctrl-C interrupts the code, not the
/// client.
struct LiveExecution {
    let client: CloisterClient
    let session: SessionID
    /// Shows nothing.
    let isQuiet: Bool

    /// The finished execution, and how many bytes of each stream have been shown.
    func run(_ request: ExecuteRequest) async throws -> (execution: Execution, shown: [OutputStream: Int64]) {
        var events: EventSequence? = try await self.client.stream(request, in: self.session)
        var position = Position()
        while true {
            do {
                let following = if let events { events } else { try await self.rest(position) }
                return (try await self.follow(following, &position), position.shown)
            } catch let error as ClientError where error.isTransient {
                guard position.execution != nil, position.retries < Self.maximumRetries else { throw error }
                position.retries += 1
                events = nil
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// A daemon that is being replaced is back before this many seconds have passed.
    private static let maximumRetries = 30

    private func rest(_ position: Position) async throws -> EventSequence {
        guard let id = position.execution else { throw ClientError.interrupted("it ended before the execution began") }
        return try await self.client.events(of: id, in: self.session, after: position.sequence)
    }

    private struct Position {
        var execution: ExecutionID?
        var sequence: Int64 = 0
        var retries = 0
        var shown: [OutputStream: Int64] = [:]
        var interrupter: Interrupter?
    }

    private func follow(_ events: EventSequence, _ position: inout Position) async throws -> Execution {
        for try await event in events {
            position.sequence = event.sequence
            position.retries = 0
            switch event.content {
            case .started(let id, _):
                position.execution = id
                position.interrupter = Interrupter(client: self.client, session: self.session, execution: id)
            case .output(let chunk):
                try await self.show(chunk, of: position.execution)
                position.shown[chunk.stream, default: 0] += Int64(chunk.bytes.count)
            case .display(let display):
                guard let text = display.data["text/plain"] else { break }
                try await self.show(Array((text + "\n").utf8), position.execution)
            case .artifacts:
                break
            case .result(let execution):
                return execution
            }
        }
        throw ClientError.interrupted("the stream ended without a result")
    }

    /// Code whose output nobody reads any more is interrupted.
    private func show(_ chunk: OutputChunk, of execution: ExecutionID?) async throws {
        try await self.show(chunk.bytes, on: chunk.stream == .stdout ? .standardOutput : .standardError, execution)
    }

    private func show(
        _ bytes: [UInt8], on console: Console = .standardOutput, _ execution: ExecutionID?
    ) async throws {
        guard !self.isQuiet, !console.write(bytes) else { return }
        if let execution { try? await self.client.interrupt(execution, in: self.session) }
        throw Failure("nobody reads the output any more.", exitCode: Failure.brokenPipe)
    }
}

/// Passes Ctrl-C and the wish to end on to the running code for as long as it exists.
private final class Interrupter: Sendable {
    private let task: Task<Void, Never>

    init(client: CloisterClient, session: SessionID, execution: ExecutionID) {
        self.task = Task {
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
                try? await client.interrupt(execution, in: session)
            }
        }
    }

    deinit {
        self.task.cancel()
    }
}
