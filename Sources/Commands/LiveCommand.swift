// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import CloisterClient
import Glibc
import NIOPosix
import UnixSignals

/// Runs a program and shows its output as it comes. Survives a connection that breaks.
struct LiveCommand {
    let client: CloisterClient
    let session: SessionID

    /// A daemon that is being replaced is back before this many seconds have passed.
    private static let maximumRetries = 30

    func run(_ request: CommandRequest) async throws -> Command {
        let command = try await self.client.start(request, in: self.session)
        var helpers = [self.passSignals(to: command.id)]
        if request.keepsStdinOpen { helpers.append(self.passInput(to: command.id)) }
        defer { for helper in helpers { helper.cancel() } }
        var (sequence, retries): (Int64, Int) = (0, 0)
        while true {
            do {
                return try await self.follow(command.id, &sequence, &retries)
            } catch let error as ClientError where error.isTransient {
                guard retries < Self.maximumRetries else { throw error }
                retries += 1
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func follow(_ id: CommandID, _ sequence: inout Int64, _ retries: inout Int) async throws -> Command {
        for try await event in try await self.client.events(ofCommand: id, in: self.session, after: sequence) {
            (sequence, retries) = (event.sequence, 0)
            switch event.content {
            case .started: break
            case .output(let chunk): try await self.show(chunk, of: id)
            case .result(let command): return command
            }
        }
        throw ClientError.interrupted("the stream ended without a result")
    }

    /// A program whose output nobody reads any more is told what it would be told by a pipe: to end.
    private func show(_ chunk: OutputChunk, of id: CommandID) async throws {
        let console: Console = chunk.stream == .stdout ? .standardOutput : .standardError
        guard !console.write(chunk.bytes) else { return }
        try? await self.client.signal(.terminate, to: id, in: self.session)
        throw Failure("nobody reads the output any more.", exitCode: Failure.brokenPipe)
    }

    private func passSignals(to id: CommandID) -> Task<Void, Never> {
        Task {
            for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
                let name: CommandSignalName =
                    switch signal {
                    case .sigterm: .terminate
                    case .sighup: .hangup
                    default: .interrupt
                    }
                try? await self.client.signal(name, to: id, in: self.session)
            }
        }
    }

    /// Ends with the input, or when the program reads no more.
    private func passInput(to id: CommandID) -> Task<Void, Never> {
        Task {
            while !Task.isCancelled {
                // Reading blocks.
                let bytes = try? await NIOThreadPool.singleton.runIfActive { Self.readInput() }
                let input = CommandInput(bytes: bytes ?? [], isLast: (bytes ?? []).isEmpty)
                let isTaken = (try? await self.client.write(input, to: id, in: self.session)) != nil
                if !isTaken || input.isLast { return }
            }
        }
    }

    private static func readInput() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, count in
            count = max(0, read(STDIN_FILENO, buffer.baseAddress, buffer.count))
        }
    }
}
