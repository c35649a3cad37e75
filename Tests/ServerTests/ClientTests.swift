// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import CloisterClient
import Testing

@Suite struct ClientTests {
    @Test func saysWhatToDoWithoutADaemon() async throws {
        let client = CloisterClient(socketPath: "/tmp/cloister-nobody-here.sock")
        let error = await #expect(throws: ClientError.self) { try await client.status() }
        await client.shutdown()
        #expect("\(try #require(error))".contains("Start cloisterd"))
    }

    @Test func followsEventsAndRefusals() async throws {
        try await UnixServer.run { server in
            let client = server.client
            let session = try await client.createSession(CreateSessionRequest(name: "a/b c".replacing(" ", with: "+")))
            #expect(try await client.session(named: "a/b+c")?.id == session.id)
            #expect(try await client.sessions().count == 1)
            let result = Sample.execution(Sample.executionID(), in: session.id, code: "1")
            let long = OutputChunk(stream: .stdout, offset: 0, bytes: Array(repeating: 0x61, count: 300_000))
            server.service.change {
                $0.events = [
                    ExecutionEvent(sequence: 1, content: .output(long)),
                    ExecutionEvent(sequence: 2, content: .result(result)),
                ]
            }
            var events: [ExecutionEvent] = []
            for try await event in try await client.stream(ExecuteRequest(code: "1"), in: session.id) {
                events.append(event)
            }
            #expect(events == server.service.state.events)
            let error = await #expect(throws: ClientError.self) {
                try await client.run(ExecuteRequest(code: "busy"), in: session.id)
            }
            #expect("\(try #require(error))" == "Busy. Wait.")
        }
    }
}
