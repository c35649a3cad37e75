// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Foundation
import Supervisor
import Testing

@Suite("What becomes a command is told")
struct CommandSpecificationTests {
    private func words(_ bytes: [UInt8]) -> [UInt32] {
        bytes.withUnsafeBytes { bytes in
            (0..<5).map { UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)) }
        }
    }

    private func strings(_ bytes: [UInt8]) -> [String] {
        bytes.dropFirst(20).split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("Directory, arguments and variables, each ended by a zero")
    func layout() {
        let request = CommandRequest(argv: ["prog", "", "ä b"], cwd: "/tmp", env: ["B": "2", "A": "=1"])
        let bytes = CommandSpecification.encode(request)
        #expect(words(bytes) == [1, 3, 2, UInt32(bytes.count - 20), 0])
        #expect(strings(bytes) == ["/tmp", "prog", "", "ä b", "A==1", "B=2"])
    }

    @Test("Whatever is accepted as a request fits")
    func largest() throws {
        let argv = ["a", String(repeating: "x", count: CommandRequest.maximumBytes - 20)]
        let body = try JSONEncoder().encode(["argv": argv])
        let request = try StrictJSON.decode(CommandRequest.self, from: body)
        #expect(CommandSpecification.encode(request).count - 20 <= 1 << 20)
        let larger = try JSONEncoder().encode(["argv": [argv[0], argv[1] + "xxxxxxxxxxxx"]])
        #expect(throws: CloisterError.self) { try StrictJSON.decode(CommandRequest.self, from: larger) }
    }

    @Test("Two words say why nothing was executed, and nothing else does")
    func failures() {
        #expect(CommandFailure([3, 0, 0, 0, 2, 0, 0, 0]) == CommandFailure(step: .program, errno: 2))
        #expect(CommandFailure([2, 0, 0, 0, 20, 0, 0, 0]) == CommandFailure(step: .directory, errno: 20))
        for bytes: [UInt8] in [
            [], [3, 0, 0, 0], [3, 0, 0, 0, 2, 0, 0], [4, 0, 0, 0, 2, 0, 0, 0], [0, 0, 0, 0, 2, 0, 0, 0],
            [3, 0, 0, 0, 0, 0, 0, 0], [3, 0, 0, 0, 255, 255, 255, 255], [3, 0, 0, 0, 2, 0, 0, 0, 0],
        ] { #expect(CommandFailure(bytes) == nil) }
    }
}

@Suite("Requests for commands")
struct CommandRequestTests {
    private func decode(_ json: String) throws -> CommandRequest {
        try StrictJSON.decode(CommandRequest.self, from: Data(json.utf8))
    }

    @Test("A line goes to the shell, words do not")
    func shell() throws {
        #expect(try decode(#"{"command":"a b"}"#).argv == ["/bin/sh", "-c", "a b"])
        #expect(try decode(#"{"argv":["a","b"],"command":null}"#).argv == ["a", "b"])
    }

    @Test("Who waits does not wait for ever")
    func times() throws {
        var waiting = try decode(#"{"argv":["a"]}"#)
        waiting.useDefaultTimeout(120)
        #expect(waiting.timeoutSeconds == 120)
        var background = try decode(#"{"argv":["a"],"wait":false}"#)
        background.useDefaultTimeout(120)
        #expect(background.timeoutSeconds == nil)
    }

    @Test(
        "Nonsense is refused",
        arguments: [
            "{}", #"{"argv":[]}"#, #"{"argv":[""]}"#, #"{"argv":["a"],"command":"a"}"#, #"{"argv":["a"],"x":1}"#,
            #"{"argv":["a\u0000"]}"#, #"{"argv":["a"],"env":{"":"b"}}"#, #"{"argv":["a"],"env":{"a=":"b"}}"#,
            #"{"argv":["a"],"cwd":""}"#, #"{"argv":["a"],"timeout_seconds":0}"#,
            #"{"argv":["a"],"timeout_seconds":86401}"#,
        ])
    func nonsense(_ json: String) {
        #expect(throws: CloisterError.self) { try decode(json) }
    }
}
