// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite struct ExecutionRouteTests {
    @Test(arguments: Driver.allCases) func answersTheFinishedExecution(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let path = "/v1/sessions/\(try await harness.makeSession())/executions"
            let response = try await harness.send(.post, path, #"{"code":"1+1"}"#)
            #expect(response.status == .ok)
            let execution = try response.decode(Execution.self)
            #expect(execution.state == .finished && execution.value == ["text/plain": "1+1"])
            #expect(response.text.contains(#""error":null"#))

            let got = try await harness.send(.get, "\(path)/\(execution.id)")
            #expect(try got.decode(Execution.self) == execution)
            #expect(try await harness.send(.get, path).decode(ExecutionPage.self).executions == [execution])
            #expect(try await harness.send(.post, "\(path)/\(execution.id)/interrupt").status == .accepted)
            let artifacts = try await harness.send(.get, "\(path)/\(execution.id)/artifacts?limit=5")
            #expect(try artifacts.decode(ArtifactPage.self).artifacts.isEmpty)
        }
    }

    @Test(arguments: Driver.allCases) func answersAtOnceWhenAskedNotToWait(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let path = "/v1/sessions/\(try await harness.makeSession())/executions"
            let response = try await harness.send(.post, path, #"{"code":"1","wait":false}"#)
            #expect(response.status == .accepted)
            #expect(try response.decode(Execution.self).state == .running)
        }
    }

    @Test(arguments: Driver.allCases) func streamsEventsAsLines(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let session = try await harness.makeSession()
            let path = "/v1/sessions/\(session)/executions"
            let events = Self.events
            harness.service.change { $0.events = events }
            let response = try await harness.send(
                .post, path, #"{"code":"1"}"#, headers: [.accept: "text/html;q=0.1, application/x-ndjson"]
            )
            #expect(response.headers[.contentType] == "application/x-ndjson")
            #expect(try Self.parse(response.text) == events)

            let id = Sample.executionID()
            let rest = try await harness.send(.get, "\(path)/\(id)/events?after=3")
            #expect(try Self.parse(rest.text) == Array(events.dropFirst(3)))
        }
    }

    @Test(arguments: Driver.allCases) func givesTheWholeOutput(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let path = "/v1/sessions/\(try await harness.makeSession())/executions/\(Sample.executionID())"
            #expect(try await harness.send(.get, "\(path)/output/stdout").text == "stdout")
            #expect(try await harness.send(.get, "\(path)/output/stderr").text == "stderr")
            #expect(try await harness.send(.get, "\(path)/output/stdin").errorCode() == "not_found")
        }
    }

    private static let events: [ExecutionEvent] = {
        let texts: [[UInt8]] = [
            Array("plain\n".utf8), Array("\"q\" \\ \u{0} \u{1B}[31m \t \r é 🦊".utf8), [0xC3, 0x28, 0xFF],
            Array(String(repeating: "x\n", count: 5000).utf8),
        ]
        let chunks = texts.enumerated().map { index, bytes in
            ExecutionEvent(
                sequence: Int64(index) + 2,
                content: .output(OutputChunk(stream: index % 2 == 0 ? .stdout : .stderr, offset: 0, bytes: bytes))
            )
        }
        let id = Sample.executionID()
        let session = Sample.sessionID()
        return [ExecutionEvent(sequence: 1, content: .started(id, session))] + chunks
            + [
                ExecutionEvent(sequence: 6, content: .artifacts([])),
                ExecutionEvent(sequence: 7, content: .result(Sample.execution(id, in: session, code: "1"))),
            ]
    }()

    private static func parse(_ text: String) throws -> [ExecutionEvent] {
        try text.split(separator: "\n").map { try StrictJSON.decode(ExecutionEvent.self, from: .init($0.utf8)) }
    }
}
