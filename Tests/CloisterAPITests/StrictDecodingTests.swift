// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import FoundationEssentials
import Testing

@Suite struct StrictDecodingTests {
    private func create(_ json: String) throws -> CreateSessionRequest {
        try StrictJSON.decode(CreateSessionRequest.self, from: Data(json.utf8))
    }

    private func execute(_ json: String) throws -> ExecuteRequest {
        try StrictJSON.decode(ExecuteRequest.self, from: Data(json.utf8))
    }

    private func refusal(_ body: () throws -> Void) throws -> CloisterError {
        try #require(#expect(throws: CloisterError.self) { try body() })
    }

    @Test func readsDefaults() throws {
        #expect(try self.create("{}") == CreateSessionRequest())
        let request = try self.execute(#"{"code":"1"}"#)
        #expect(request.timeoutSeconds == 120 && request.queue == .wait && request.wait)
    }

    @Test func takesTheConfiguredTimeoutOnlyWhenNoneIsNamed() throws {
        var silent = try self.execute(#"{"code":"1"}"#)
        var explicit = try self.execute(#"{"code":"1","timeout_seconds":120}"#)
        silent.useDefaultTimeout(7)
        explicit.useDefaultTimeout(7)
        #expect(silent.timeoutSeconds == 7 && explicit.timeoutSeconds == 120)
    }

    @Test func readsEverything() throws {
        let request = try self.create(
            #"{"name":"t","image":"a.b-c_1","storage":"tmpfs","limits":{"memory_bytes":5,"cpus":0.5},"metadata":{"k":"v"}}"#
        )
        #expect(request.limits == RequestedLimits(memoryBytes: 5, cpus: 0.5))
        #expect(request.storage == .tmpfs && request.metadata == ["k": "v"])
    }

    @Test(arguments: [(#"{"nmae":"x"}"#, "nmae"), (#"{"limits":{"memory":1}}"#, "limits.memory")])
    func namesUnknownFields(_ json: String, _ field: String) throws {
        let error = try self.refusal { _ = try self.create(json) }
        #expect(error.code == .unknownField)
        #expect(error.message.contains(field))
        #expect(error.details == ["field": .string(field)])
    }

    @Test(arguments: [
        (#"{"limits":{"memory_bytes":"1G"}}"#, "limits.memory_bytes: must be an integer"),
        (#"{"limits":{"memory_bytes":1.5}}"#, "limits.memory_bytes must be an integer"),
        (#"{"limits":7}"#, "limits: must be an object"),
        (#"{"name":7}"#, "name: must be a string"), (#"{"storage":"disk"}"#, "storage"),
        (#"{"limits":{"pids":0}}"#, "limits.pids must be greater than zero"),
        (#"{"limits":{"cpus":-1}}"#, "limits.cpus must be greater than zero"),
        (#"{"name":""}"#, "name must be"), (#"{"name":"a b"}"#, "name must be"),
        (#"{"image":"../x"}"#, "image must be"),
        (#"{"metadata":{"a":1}}"#, "metadata.a: must be a string"),
        (#"{"metadata":{"":"x"}}"#, "metadata must have keys"),
        ("[]", "must be an object"), ("{", "is not valid JSON"), ("", "is not valid JSON"),
    ])
    func saysWhatIsWrong(_ json: String, _ message: String) throws {
        let error = try self.refusal { _ = try self.create(json) }
        #expect(error.code == .invalidRequest)
        #expect(error.message.contains(message), "\(error.message)")
    }

    @Test(arguments: [
        "{}", #"{"code":1}"#, #"{"code":"1","timeout_seconds":0}"#, #"{"code":"1","timeout_seconds":-1}"#,
        #"{"code":"1","timeout_seconds":86401}"#, #"{"code":"1","timeout_seconds":1e999}"#,
        #"{"code":"1","queue":"later"}"#, #"{"code":"1","wait":"yes"}"#, #"{"code":null}"#,
    ])
    func refusesBadExecutions(_ json: String) throws {
        let error = try self.refusal { _ = try self.execute(json) }
        #expect(error.code == .invalidRequest)
    }

    @Test func refusesTooMuchCode() throws {
        let code = String(repeating: "a", count: ExecuteRequest.maximumCodeBytes + 1)
        let error = try self.refusal { _ = try self.execute(#"{"code":"\#(code)"}"#) }
        #expect(error.code == .payloadTooLarge)
    }

    @Test func limitsMetadata() throws {
        let many = (0..<33).map { #""k\#($0)":"v""# }.joined(separator: ",")
        #expect(try self.refusal { _ = try self.create(#"{"metadata":{\#(many)}}"#) }.code == .invalidRequest)
        let long = String(repeating: "v", count: 1025)
        #expect(try self.refusal { _ = try self.create(#"{"metadata":{"k":"\#(long)"}}"#) }.code == .invalidRequest)
    }
}
