// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import CPlatform
import CloisterAPI
import Glibc
import Platform
import Supervisor
import Testing

/// Kills the reader of a session's output again and again, at any moment, and counts the bytes.
@Suite(.serialized) struct OutputCrashTests {
    private static let bytesPerStream = 16 << 20

    /// Text whose every place can be told, with characters of all lengths.
    private static func pattern(_ name: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(bytesPerStream + 100)
        var number = 0
        while bytes.count < bytesPerStream {
            bytes += Array("\(name) \(number) é€𝄞\n".utf8)
            number += 1
        }
        return bytes
    }

    /// Displays of all sizes, each of which says which one it is.
    private static func frames() -> [[UInt8]] {
        (0..<200).map { number in
            let size = number % 10 == 0 ? 400_000 : 100 * number
            return DisplayBytes.text("display \(number) " + String(repeating: "x", count: size))
        }
    }

    /// Writes in pieces of all sizes, so that the reader is met in all its states.
    private static func trickle(_ bytes: [UInt8], to descriptor: Descriptor) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let size = Int.random(in: 0..<4) == 0 ? Int.random(in: 1...200) : Int.random(in: 1...30_000)
            writeAll(Array(rest.prefix(size)), to: descriptor)
            rest = rest.dropFirst(size)
            usleep(useconds_t.random(in: 50..<250))
        }
    }

    private static func reader() throws -> String {
        var path = [CChar](repeating: 0, count: 4096)
        guard readlink("/proc/self/exe", &path, path.count - 1) > 0 else { throw SystemError("readlink", errno: errno) }
        let text = String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let directory = text.split(separator: "/").dropLast().joined(separator: "/")
        return "/\(directory)/OutputCrashReader"
    }

    /// Starts a reader that has the descriptors as 3, 4, 5 and so on.
    private static func start(_ arguments: [String], _ descriptors: [Descriptor]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // By way of high numbers: a duplicate onto itself would stay close-on-exec.
        for (index, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor.number, 203 + CInt(index))
        }
        for index in 0..<CInt(descriptors.count) { posix_spawn_file_actions_adddup2(&actions, 203 + index, 3 + index) }
        let path = try reader()
        var pointers = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, path, &actions, nil, &pointers, environ)
        guard code == 0 else { throw SystemError("posix_spawn \(path)", errno: code) }
        return pid
    }

    @Test func everyByteArrivesExactlyOnceThoughReadersAreKilled() async throws {
        let directory = try TemporaryDirectory()
        let (execution, session) = (try ExecutionID.fresh(), try SessionID.fresh())
        let (stdout, stderr, display) = (try SocketPair(), try SocketPair(), try SocketPair())
        let (expectedOut, expectedError) = (Self.pattern("out"), Self.pattern("err"))
        let frames = Self.frames()
        let shown = frames.flatMap { $0 }
        let blocking = try BlockingPool(name: "test", threads: 4)
        defer { blocking.shutdown() }

        let writers = Task {
            async let first: Void = blocking.run { Self.trickle(expectedOut, to: stdout.session) }
            async let second: Void = blocking.run { Self.trickle(expectedError, to: stderr.session) }
            async let third: Void = blocking.run { Self.trickle(shown, to: display.session) }
            _ = try await (first, second, third)
            return true
        }
        let arguments = [directory.path, execution.description, session.description]
        let kills = try await blocking.run {
            try Self.killUntilAllIsRead(
                arguments, [stdout.daemon, stderr.daemon, display.daemon],
                expectedOut.count + expectedError.count + shown.count)
        }
        #expect(kills.all > 50)
        // Else the test has not met what it is about.
        #expect(kills.midway > 0)

        let reactor = try Reactor(name: "output")
        defer { reactor.stop() }
        let output = try SessionOutput(
            stdout: stdout.daemon, stderr: stderr.daemon, display: display.daemon, reactor: reactor)
        let feed = ExecutionFeed(execution, in: session)
        let root = OutputDirectory(root: try directory.open())
        try output.watch(resuming: OutputRun(feed: feed, directory: root, limits: OutputLimits(logBytes: 1 << 40)))
        #expect(try await writers.value)
        let run = try #require(await output.end())
        #expect(run.stdout.total == Int64(expectedOut.count))
        #expect(run.stderr.total == Int64(expectedError.count))

        feed.finish(.failure(CancellationError()))
        var (seenOut, seenError): ([UInt8], [UInt8]) = ([], [])
        var seenDisplays: [String] = []
        let events = EventReader(feed, after: 0, blocking: blocking)
        while let batch = try? await events.next() {
            for content in batch.map(\.content) {
                switch content {
                case .output(let chunk) where chunk.stream == .stdout: seenOut += chunk.bytes
                case .output(let chunk): seenError += chunk.bytes
                case .display(let display): seenDisplays.append(display.data["text/plain"] ?? "")
                case .started, .artifacts, .result: break
                }
            }
        }
        // Compared outside of the macro, which would print the difference of megabytes.
        let areEqual = (seenOut == expectedOut, seenError == expectedError)
        #expect(areEqual == (true, true))
        #expect(seenDisplays.count == frames.count)
        #expect(seenDisplays.enumerated().allSatisfy { $1.hasPrefix("display \($0) ") })
    }

    /// Starts a reader, kills it after a moment, and so on until the log holds nearly everything.
    private static func killUntilAllIsRead(
        _ arguments: [String], _ sockets: [Descriptor], _ total: Int
    ) throws -> (all: Int, midway: Int) {
        var kills = (all: 0, midway: 0)
        let log = "\(arguments[0])/\(arguments[2])/\(arguments[1]).log"
        var logged = 0
        let isReady = Descriptor(owning: try check("eventfd", cloister_eventfd()))
        while kills.all < 20_000 {
            let pid = try start(arguments, sockets[..<2] + [isReady, sockets[2]])
            // Most are killed while they read, some while they start and replay the log.
            if Int.random(in: 0..<4) > 0 {
                var poll = pollfd(fd: isReady.number, events: Int16(POLLIN), revents: 0)
                _ = Glibc.poll(&poll, 1, 10_000)
            }
            usleep(useconds_t.random(in: 0..<4_000))
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
            kills.all += 1
            var count: UInt64 = 0
            _ = read(isReady.number, &count, MemoryLayout<UInt64>.size)
            if sockets.contains(where: { cloister_peek_offset($0.number) > 0 }) { kills.midway += 1 }
            var status = stat()
            if stat(log, &status) == 0 { logged = Int(status.st_size) }
            if logged > total - (300 << 10) { return kills }
        }
        return kills
    }
}
