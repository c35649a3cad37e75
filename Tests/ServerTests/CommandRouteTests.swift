// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite struct CommandRouteTests {
    @Test(arguments: Driver.allCases) func startsGetsAndLists(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let session = try await harness.makeSession()
            let commands = "/v1/sessions/\(session)/commands"
            let waited = try await harness.send(.post, commands, #"{"argv":["a"]}"#)
            #expect(waited.status == .ok)
            let command = try waited.decode(Command.self)
            #expect(command.timeoutSeconds == 120)
            let started = try await harness.send(.post, commands, #"{"argv":["a"],"wait":false}"#)
            #expect(started.status == .accepted)
            #expect(try started.decode(Command.self).timeoutSeconds == nil)
            #expect(try await harness.send(.get, "\(commands)/\(command.id)").decode(Command.self) == command)
            #expect(try await harness.send(.get, commands).decode(CommandPage.self).commands.count == 2)
        }
    }

    @Test(arguments: Driver.allCases) func signalsAndWrites(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let session = try await harness.makeSession()
            let commands = "/v1/sessions/\(session)/commands"
            let id = try await harness.send(.post, commands, #"{"argv":["a"]}"#).decode(Command.self).id
            let signal = "\(commands)/\(id)/signal"
            #expect(try await harness.send(.post, signal, #"{"signal":"SIGINT"}"#).status == .accepted)
            #expect(try await harness.send(.post, signal, #"{"signal":"SIGSEGV"}"#).status == .badRequest)
            #expect(harness.service.state.signals == [CommandSignalRequest(.interrupt)])
            let input = "\(commands)/\(id)/stdin"
            #expect(try await harness.send(.post, input, #"{"text":"a"}"#).status == .accepted)
            #expect(try await harness.send(.post, input, #"{"base64":"Yg==","eof":true}"#).status == .accepted)
            for body in [#"{"text":"a","base64":"Yg=="}"#, #"{"base64":"?"}"#, #"{"eof":1}"#] {
                #expect(try await harness.send(.post, input, body).status == .badRequest)
            }
            #expect(harness.service.state.input == Array("ab".utf8))
        }
    }

    @Test(arguments: Driver.allCases) func streams(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let session = try await harness.makeSession()
            let commands = "/v1/sessions/\(session)/commands"
            let id = try await harness.send(.post, commands, #"{"argv":["a"]}"#).decode(Command.self).id
            let events = try await harness.send(.get, "\(commands)/\(id)/events?after=1")
            #expect(events.text.hasPrefix(#"{"#) && events.text.contains(#""type":"result""#))
            #expect(!events.text.contains(#""type":"started""#))
        }
    }

    @Test(arguments: Driver.allCases) func unknownOnesAreNotFound(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let session = try await harness.makeSession()
            for id in ["\(Sample.commandID(99))", "nonsense"] {
                let answer = try await harness.send(.get, "/v1/sessions/\(session)/commands/\(id)")
                #expect(answer.status == .notFound)
                #expect(try answer.errorCode() == "command_not_found")
            }
        }
    }
}
