// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import CloisterClient
import Glibc
import NIOCore
import Server
import Testing

@Suite(.serialized) struct UnixServerTests {
    @Test func knowsItsPeer() async throws {
        try await UnixServer.run { server in
            let session = try await server.client.createSession(CreateSessionRequest())
            #expect(session.ownerUid == getuid())
            #expect(server.service.state.callers == [Caller(pid: getpid(), uid: getuid(), gid: getgid())])
        }
    }

    @Test func hasASafeSocket() async throws {
        try await UnixServer.run { server in
            var status = stat()
            #expect(lstat(server.path, &status) == 0)
            #expect(status.st_mode == S_IFSOCK | 0o660)
        }
    }

    @Test func refusesASecondDaemonAndReplacesADeadOnesSocket() throws {
        let directory = try UnixServer.temporaryDirectory()
        defer { rmdir(directory) }
        defer { unlink("\(directory)/cloisterd.lock") }
        let path = "\(directory)/api.sock"
        defer { unlink(path) }
        var first: ListeningSocket? = try ListeningSocket(path: path)
        _ = withExtendedLifetime(first) {
            #expect(throws: ListeningSocketError.self) { try ListeningSocket(path: path) }
        }
        first = nil
        #expect(access(path, F_OK) == 0, "the stale socket file is there")
        _ = try ListeningSocket(path: path)
    }

    @Test func makesItsDirectory() throws {
        let parent = try UnixServer.temporaryDirectory()
        defer { rmdir(parent) }
        let directory = "\(parent)/run"
        _ = try ListeningSocket(path: "\(directory)/api.sock")
        var status = stat()
        #expect(stat(directory, &status) == 0 && status.st_mode & 0o777 == 0o750)
        unlink("\(directory)/api.sock")
        unlink("\(directory)/cloisterd.lock")
        rmdir(directory)
    }

    @Test func belongsToItsGroup() throws {
        let directory = try UnixServer.temporaryDirectory()
        defer { rmdir(directory) }
        defer { unlink("\(directory)/cloisterd.lock") }
        let path = "\(directory)/api.sock"
        defer { unlink(path) }
        #expect(throws: ListeningSocketError.self) { try ListeningSocket(path: path, group: "no-such-group") }
        let own = try #require(getgrgid(getgid()))
        _ = try ListeningSocket(path: path, group: String(cString: own.pointee.gr_name))
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_gid == getgid())
    }

    @Test func refusesUnsafePlaces() throws {
        let directory = try UnixServer.temporaryDirectory()
        defer { rmdir(directory) }
        defer { unlink("\(directory)/cloisterd.lock") }
        let long = "\(directory)/\(String(repeating: "x", count: 100))"
        #expect(throws: ListeningSocketError.self) { try ListeningSocket(path: long) }
        #expect(throws: ListeningSocketError.self) { try ListeningSocket(path: "api.sock") }
        chmod(directory, 0o770)
        #expect(throws: ListeningSocketError.self) { try ListeningSocket(path: "\(directory)/api.sock") }
        chmod(directory, 0o700)
        let file = "\(directory)/api.sock"
        close(open(file, O_CREAT | O_WRONLY, 0o600))
        #expect(throws: ListeningSocketError.self) { try ListeningSocket(path: file) }
        #expect(access(file, F_OK) == 0, "a file that is not a socket stays")
        unlink(file)
    }

    @Test func answersWhatIsNotHTTP() async throws {
        try await UnixServer.run { server in
            let connection = try server.connect()
            connection.send("GARBAGE\r\n\r\n")
            let answer = connection.receive()
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(answer.lowercased().contains("x-request-id: "))
            #expect(answer.contains(#""code":"invalid_request""#))
        }
    }

    @Test func asksForBodiesThatWaitToBeAskedFor() async throws {
        try await UnixServer.run { server in
            let connection = try server.connect()
            connection.send(
                "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n"
                    + "expect: 100-continue\r\n\r\n"
            )
            #expect(connection.receive { $0.hasSuffix("\r\n\r\n") }.hasPrefix("HTTP/1.1 100 "))
            connection.send("{}")
            #expect(connection.receive { $0.contains("}") }.hasPrefix("HTTP/1.1 201 "))
        }
    }

    @Test(arguments: ["content-length: 10\r\n\r\nhalf", "transfer-encoding: chunked\r\n\r\na\r\nhalf"])
    func keepsNoHalfUpload(_ rest: String) async throws {
        try await UnixServer.run { server in
            let session = try await server.client.createSession(CreateSessionRequest())
            let connection = try server.connect()
            connection.send("PUT /v1/sessions/\(session.id)/files/f HTTP/1.1\r\nhost: x\r\n\(rest)")
            connection.endSending()
            #expect(!connection.receive().hasPrefix("HTTP/1.1 2"))
            #expect(server.service.state.files.isEmpty)
        }
    }

    @Test func passesLargeFilesThrough() async throws {
        try await UnixServer.run { server in
            let session = try await server.client.createSession(CreateSessionRequest())
            let body = ByteBuffer(repeating: 7, count: 8 << 20)
            let chunks = AsyncStream<ByteBuffer> { continuation in
                continuation.yield(body)
                continuation.finish()
            }
            let entry = try await server.client.upload(chunks, size: nil, to: Array("a ü".utf8), in: session.id)
            #expect(entry.size == 8 << 20 && entry.path == "a ü")
            var size = 0
            for try await chunk in try await server.client.download(Array("a ü".utf8), in: session.id) {
                size += chunk.readableBytes
            }
            #expect(size == 8 << 20)
        }
    }

    @Test func endsAStreamWhenItsClientGoes() async throws {
        try await UnixServer.run { server in
            let session = try await server.client.createSession(CreateSessionRequest())
            let connection = try server.connect()
            let body = #"{"code":"endless"}"#
            connection.send(
                "POST /v1/sessions/\(session.id)/executions HTTP/1.1\r\nhost: x\r\naccept: application/x-ndjson\r\n"
                    + "content-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            #expect(connection.receive { $0.hasSuffix("\r\n\r\n") }.contains(" 200 "))
            #expect(server.service.state.endedStreams == 0)
            connection.hangUp()
            for _ in 0..<300 where server.service.state.endedStreams == 0 {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(server.service.state.endedStreams == 1)
            #expect(server.service.state.executions.count == 1, "the execution is still there")
        }
    }

    @Test func keepsConnectionsForMoreRequests() async throws {
        try await UnixServer.run { server in
            let connection = try server.connect()
            for _ in 0..<3 {
                connection.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n")
                #expect(connection.receive { $0.hasSuffix("}") }.hasSuffix(#"{"status":"ok"}"#))
            }
            connection.send(
                "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\n{}")
            #expect(connection.receive { $0.hasSuffix("}}") }.contains(" 415 "))
            connection.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n")
            #expect(connection.receive { $0.hasSuffix("}") }.hasSuffix(#"{"status":"ok"}"#))
        }
    }

    @Test func refusesTooManyConnections() async throws {
        try await UnixServer.run(maximumConnections: 3) { server in
            let first = try server.connect()
            let second = try server.connect()
            for connection in [first, second] {
                connection.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n")
                #expect(connection.receive { $0.hasSuffix("}") }.contains(" 200 "))
            }
            let third = try server.connect()
            third.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n")
            #expect(third.receive().isEmpty)
        }
    }

    @Test func stopsWhileAnExecutionRuns() async throws {
        try await UnixServer.run(patience: .milliseconds(200)) { server in
            let session = try await server.client.createSession(CreateSessionRequest())
            let running = Task { try await server.client.run(ExecuteRequest(code: "sleep"), in: session.id) }
            try await Task.sleep(for: .milliseconds(100))
            await server.stop()
            let error = try #require(await #expect(throws: ClientError.self) { try await running.value })
            guard case .refused(let content, let status) = error else {
                Issue.record("not refused: \(error)")
                return
            }
            #expect(content.code == "stopping" && status == 503)
            #expect(access(server.path, F_OK) != 0, "the socket is gone")
        }
    }
}
