// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import FoundationEssentials
import Testing

@Suite struct WireShapeTests {
    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test func absentIsNull() throws {
        let text = try self.json(ProcessExit(code: nil, signal: 9))
        #expect(text == #"{"code":null,"signal":9}"#)
        #expect(try JSONDecoder().decode(ProcessExit.self, from: Data(text.utf8)) == ProcessExit(signal: 9))
        #expect(try JSONDecoder().decode(ProcessExit.self, from: Data("{}".utf8)) == ProcessExit())
    }

    @Test func errorHasOneShape() throws {
        let error = CloisterError(.capacity, "Full.", remedy: "Wait.", details: ["free": 3])
        #expect(
            try self.json(ErrorBody(error, requestID: "r"))
                == #"{"error":{"code":"capacity","details":{"free":3},"message":"Full.","remedy":"Wait.","request_id":"r"}}"#
        )
    }

    @Test func outputIsTextOrBase64() throws {
        let text = ExecutionEvent(
            sequence: 2, content: .output(OutputChunk(stream: .stdout, offset: 7, bytes: Array("é\n".utf8)))
        )
        #expect(try self.json(text) == #"{"offset":7,"seq":2,"text":"é\n","type":"stdout"}"#)
        let bytes = ExecutionEvent(
            sequence: 3, content: .output(OutputChunk(stream: .stderr, offset: 0, bytes: [0xFF, 0x00]))
        )
        #expect(try self.json(bytes) == #"{"base64":"/wA=","offset":0,"seq":3,"type":"stderr"}"#)
        for event in [text, bytes] {
            #expect(try JSONDecoder().decode(ExecutionEvent.self, from: Data(self.json(event).utf8)) == event)
        }
    }

    @Test func startedNamesBoth() throws {
        let execution = try #require(ExecutionID(node: "n", value: 1))
        let session = try #require(SessionID(node: "n", value: 2))
        let event = ExecutionEvent(sequence: 1, content: .started(execution, session))
        #expect(
            try self.json(event)
                == #"{"execution_id":"\#(execution)","seq":1,"session_id":"\#(session)","type":"started"}"#
        )
    }
}
